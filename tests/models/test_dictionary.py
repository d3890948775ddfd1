from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.engine.priors.dictionary.weights_network import WeightsNetwork
from recon_cli.errors import ReconError
from recon_cli.models.dictionary import Dictionary, load_dictionary, normalise, save_dictionary
from recon_cli.models.penalties import Penalties
from recon_cli.models.tuned import Level, Tuned
from recon_cli.models.weights_network import tensors_of


def test_normalise_maps_to_the_constraint_set() -> None:
    atoms = normalise(torch.randn(25, 40, dtype=torch.float64))
    torch.testing.assert_close(atoms.mean(0), torch.zeros(40, dtype=torch.float64), atol=1e-14, rtol=0)
    norms = atoms.norm(dim=0)
    torch.testing.assert_close(norms, norms.mean().expand(40))
    assert torch.linalg.svdvals(atoms)[0] == pytest.approx(1)
    torch.testing.assert_close(normalise(atoms), atoms)


def test_normalise_is_differentiable() -> None:
    raw = torch.randn(9, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(normalise, (raw,))


def test_a_dictionary_survives_its_file(tmp_path: Path) -> None:
    tuned = {
        ("denoise", "full"): Tuned(0.4, 3e-4),
        ("denoise", "early-stop"): Tuned(0.3, 1e-3, 0.08),
        ("mri", "full"): Tuned(0.2, 2e-3),
    }
    levels = {"full": (Level(2, Tuned(0.1, 1e-4), 40.0), Level(9, Tuned(0.2, 2e-4), 35.0))}
    atoms = normalise(torch.randn(16, 20))
    penalties = Penalties((1, 9), torch.linspace(0.5, 1.5, 40).view(2, 20))
    rule = Reweighting(torch.tensor(2.5), torch.linspace(0.01, 0.1, 20)[:, None], torch.tensor(0.75), 7)
    made = Dictionary(
        atoms,
        "fixed-mean",
        5,
        tuned,
        {"seed": 3},
        levels=levels,
        penalties=penalties,
        reweighting=rule,
        stride=3,
    )
    save_dictionary(tmp_path / "mine.safetensors", made)
    read = load_dictionary(tmp_path / "mine.safetensors")
    torch.testing.assert_close(read.atoms, made.atoms, atol=1e-6, rtol=1e-5)
    assert (read.variant, read.sigma, read.tuned, read.training) == ("fixed-mean", 5, tuned, {"seed": 3})
    assert (read.name, read.patch_size, read.stride, read.levels) == ("mine", 4, 3, levels)
    assert read.penalties is not None
    assert read.penalties.knots == penalties.knots
    assert torch.equal(read.penalties.values, penalties.values)
    assert read.reweighting is not None
    for name in ("gain", "scale", "power"):
        assert torch.equal(getattr(read.reweighting, name), getattr(rule, name))
    assert read.reweighting.iterations == rule.iterations


def test_a_network_survives_its_file_and_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    network = WeightsNetwork.initial(20, 2, 6, (1, 3), torch.Generator().manual_seed(0))
    rule = Reweighting(torch.tensor(2.5), torch.full((20, 1), 0.1), torch.tensor(0.75), network=network)
    made = Dictionary(normalise(torch.randn(16, 20)), "mean-free", 5, reweighting=rule, stride=2)
    save_dictionary(tmp_path / "mine.safetensors", made)
    read = load_dictionary(tmp_path / "mine.safetensors")
    assert read.reweighting is not None
    assert read.reweighting.network is not None
    assert read.reweighting.network.dilations == (1, 3)
    for name, tensor in network.tensors.items():
        assert torch.equal(read.reweighting.network.tensors[name], tensor)
    other = replace(network, leave=network.leave + 1)
    changed = replace(made, reweighting=replace(rule, network=other))
    same = [(a == b).all() for a, b in zip(made.learned, changed.learned, strict=True)]
    assert same.count(False) == 1


def test_a_network_without_its_header_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "bad.safetensors"
    network = WeightsNetwork.initial(6, 1, 3, (1,), torch.Generator().manual_seed(0))
    tensors = {"atoms": torch.randn(6, 4, 4), "activities": torch.ones(6)} | tensors_of(network)
    save_file(tensors, place, {"recon": _RULED})
    with pytest.raises(ReconError, match="no valid header"):
        load_dictionary(place)
    header = json.dumps(json.loads(_RULED) | {"network": {"version": 1, "dilations": [1, 2]}})
    save_file(tensors, place, {"recon": header})
    with pytest.raises(ReconError, match="holds a network whose tensors do not fit together"):
        load_dictionary(place)
    save_file({name: t for name, t in tensors.items() if "body" not in name}, place, {"recon": header})
    with pytest.raises(ReconError, match="is not a dictionary"):
        load_dictionary(place)


def test_long_names_of_foreign_tensors_are_cut(tmp_path: Path) -> None:
    place = tmp_path / "mine.safetensors"
    save_file({"1" * 5000: torch.zeros(2)}, place)
    with pytest.raises(ReconError, match="is not a dictionary: it holds the tensors 1") as refused:
        load_dictionary(place)
    assert len(str(refused.value)) < 1000


def test_an_error_of_the_library_that_repeats_the_file_is_cut(tmp_path: Path) -> None:
    place = tmp_path / "mine.safetensors"
    header = ('{"__metadata__": "' + "1" * 3000 + '"}').encode()
    place.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(ReconError, match="is not a readable dictionary") as told:
        load_dictionary(place)
    assert len(str(told.value)) < 300 + len(str(place))


def test_each_atom_has_its_share_of_lam() -> None:
    atoms = normalise(torch.randn(16, 20))
    assert Dictionary(atoms, "mean-free", 5).thresholds(0.3, 5) == 0.3
    shares = torch.linspace(0.5, 1.5, 20)
    penalties = Penalties((5,), shares[None])
    thresholds = Dictionary(atoms, "mean-free", 5, penalties=penalties).thresholds(0.3, 25)
    torch.testing.assert_close(thresholds, 0.3 * shares)


def test_the_own_noise_level_has_the_tuned_parameters_and_others_are_interpolated() -> None:
    own, low, high, other = Tuned(0.4, 3e-4), Tuned(0.1, 1e-4), Tuned(0.4, 4e-4), Tuned(0.2, 2e-3)
    made = Dictionary(
        normalise(torch.randn(16, 20)),
        "mean-free",
        4,
        {("denoise", "full"): own, ("mri", "full"): other},
        levels={"full": (Level(2, low, 40.0), Level(8, high, 35.0))},
    )
    assert made.tuned_for("denoise", "full", 4) == own
    between = made.tuned_for("denoise", "full", 4.0001)
    assert between is not None
    assert between.lam == pytest.approx(2e-4, rel=1e-3)
    assert made.tuned_for("denoise", "full", 0.4) is None
    assert made.tuned_for("denoise", "unrolled", 4) is None
    assert made.tuned_for("mri", "full", 4) == made.tuned_for("mri", "full", 100) == other
    assert made.tuned_for("mri", "unrolled", 4) is None


_HEADER = '{"format": "recon-dictionary-1", "variant": "mean-free", "sigma": 5, "tuned": {}, "training": {}}'
_LEVEL = '{"sigma": 2, "psnr": 40, "beta": 0.1, "lam": 0.2}'
_LEVELS = _HEADER.replace('"tuned"', f'"levels": {{"full": [{_LEVEL}, {_LEVEL}]}}, "tuned"')
_RULED = _HEADER.replace('"tuned"', '"reweighting": {"gain": 2, "power": 0.5}, "tuned"')
_TUNED = _HEADER.replace('"tuned": {}', '"tuned": {"full": {"beta": 0.1, "lam": 0.2}}')


@pytest.mark.parametrize(
    ("tensors", "header", "said"),
    [
        ({"atoms": torch.randn(6, 4, 4)}, "", "no valid header"),
        ({"atoms": torch.randn(6, 4, 4)}, _HEADER.replace("mean-free", "median"), "no valid header"),
        ({"atoms": torch.randn(6, 4, 4)}, _HEADER.replace("5", "-5"), "no valid header"),
        *(
            (
                {"atoms": torch.randn(6, 4, 4)},
                _HEADER.replace("{", '{"stride": ' + each + ", ", 1),
                "no valid header",
            )
            for each in ("0", "5", "-1", "2.0", "true", '"2"', "null")
        ),
        ({"atoms": torch.randn(6, 4, 4)}, _HEADER.replace("-1", "-9"), "no valid header"),
        ({"atoms": torch.randn(6, 4, 4)}, _TUNED.replace("0.1", "-0.1"), "no valid header"),
        ({"atoms": torch.randn(6, 4, 4)}, _TUNED.replace("lam", "lambda"), "no valid header"),
        ({"atoms": torch.randn(6, 4, 4)}, _LEVELS, "do not rise"),
        ({"atoms": torch.randn(6, 4, 4)}, _LEVELS.replace('"psnr": 40', '"psnr": NaN'), "no valid header"),
        ({"atoms": torch.randn(6, 4, 4)}, _LEVELS.replace("[{", "{").replace("}]", "}"), "no valid header"),
        ({"atoms": torch.randn(6, 4, 4), "activities": torch.ones(6)}, _HEADER, "no valid header"),
        (
            {"atoms": torch.randn(6, 4, 4), "activities": torch.ones(6)},
            _RULED.replace("0.5", "-0.5"),
            "no valid header",
        ),
        ({"atoms": torch.randn(6, 4, 4), "activities": torch.ones(5)}, _RULED, "holds activities that"),
        ({"weights": torch.randn(6, 4, 4)}, _HEADER, "is not a dictionary"),
        ({"atoms": torch.randn(6, 4, 4), "more": torch.ones(1)}, _HEADER, "is not a dictionary"),
        ({"atoms": torch.randn(6, 4, 5)}, _HEADER, "atoms of shape"),
        ({"atoms": torch.randn(6, 16)}, _HEADER, "atoms of shape"),
        ({"atoms": torch.randn(6, 4, 4).double()}, _HEADER, "not finite float32"),
        ({"atoms": torch.full((6, 4, 4), torch.inf)}, _HEADER, "not finite float32"),
        ({"atoms": torch.ones(6, 4, 4)}, _HEADER, "constant atom"),
    ],
)
def test_files_that_break_the_schema_are_refused(
    tmp_path: Path, tensors: dict[str, torch.Tensor], header: str, said: str
) -> None:
    save_file(tensors, tmp_path / "bad.safetensors", {"recon": header})
    with pytest.raises(ReconError, match=said):
        load_dictionary(tmp_path / "bad.safetensors")


def test_truncated_files_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "cut.safetensors"
    save_dictionary(place, Dictionary(normalise(torch.randn(16, 20)), "mean-free", 5))
    whole = place.read_bytes()
    for length in (0, 5, 60, len(whole) - 1):
        place.write_bytes(whole[:length])
        with pytest.raises(ReconError, match="not a readable dictionary"):
            load_dictionary(place)


@pytest.mark.parametrize(
    ("penalties", "at", "said"),
    [
        (torch.ones(1, 19), [5], "penalties that are not a positive float32 number for each atom"),
        (torch.zeros(1, 20), [5], "penalties that are not a positive float32 number for each atom"),
        (torch.full((1, 20), torch.nan), [5], "penalties that are not a positive float32 number for each"),
        (torch.ones(1, 20).double(), [5], "penalties that are not a positive float32 number for each atom"),
        (torch.ones(2, 20), [5], "penalties that are not a positive float32 number for each atom"),
        (torch.ones(2, 20), [5, 5], "noise levels of penalties that do not rise"),
        (torch.ones(2, 20), [-1, 5], "penalties_at"),
        (torch.ones(1, 20), 5, "has no valid header of a dictionary"),
    ],
)
def test_penalties_out_of_range_are_refused(
    tmp_path: Path, penalties: torch.Tensor, at: object, said: str
) -> None:
    place = tmp_path / "mine.safetensors"
    save_dictionary(place, Dictionary(normalise(torch.randn(16, 20)), "mean-free", 5))
    with safe_open(place, "pt") as file:
        atoms, metadata = file.get_tensor("atoms"), file.metadata()
    header = json.loads(metadata["recon"]) | {"penalties_at": at}
    save_file({"atoms": atoms, "penalties": penalties}, place, metadata | {"recon": json.dumps(header)})
    with pytest.raises(ReconError, match=said):
        load_dictionary(place)
