from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from recon_cli.errors import ReconError
from recon_cli.models.dictionary import load_dictionary
from recon_cli.models.ridge import Ridge, Strength, load_ridge, save_ridge
from recon_cli.models.tuned import Level


def some_tensors() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return {
        "kernels": torch.randn(4, 5, 5, generator=generator),
        "rises": torch.rand(4, 3, generator=generator),
        "spacings": 0.1 + torch.rand(4, generator=generator),
    }


def test_a_regulariser_survives_its_file(tmp_path: Path) -> None:
    levels = (Level(10, Strength(2.0, 1.0), 33.0), Level(40, Strength(4.0, 0.5), 27.0))
    tuned = {"denoise": Strength(3.0, 0.9), "mri": Strength(0.1, 1.0)}
    made = Ridge(**some_tensors(), sigma=25, tuned=tuned, training={"seed": 1}, levels=levels)
    save_ridge(tmp_path / "mine.safetensors", made)
    read = load_ridge(tmp_path / "mine.safetensors")
    assert (read.name, read.size, read.sigma, read.training) == ("mine", 5, 25, {"seed": 1})
    assert (read.tuned, read.levels) == (tuned, levels)
    for name, tensor in some_tensors().items():
        torch.testing.assert_close(getattr(read, name), tensor, rtol=0, atol=0)
    assert read.tuned_for("denoise", 25) == tuned["denoise"]
    between = read.tuned_for("denoise", 20)
    assert between is not None
    assert between.mu == pytest.approx(0.5**0.5)
    assert read.tuned_for("denoise", 2) == Strength(3.0 * 0.08, 0.9 / 0.08)  # no level is near
    assert read.tuned_for("mri", 25) == tuned["mri"]


def test_the_strength_of_the_training_serves_any_level_and_mri() -> None:
    bare = Ridge(**some_tensors(), sigma=25)
    assert bare.tuned_for("denoise", 25) is bare.tuned_for("mri", 25) is None
    tuned = Ridge(**some_tensors(), sigma=25, tuned={"denoise": Strength(3.0, 0.9)})
    assert tuned.tuned_for("denoise", 50) == Strength(6.0, 0.45)
    in_mri = tuned.tuned_for("mri", 25)
    assert in_mri is not None
    assert in_mri.lam * in_mri.mu == pytest.approx(2.7)
    assert in_mri.lam < 1


_HEADER = '{"format": "recon-ridge-1", "sigma": 5, "tuned": {}, "levels": [], "training": {}}'


@pytest.mark.parametrize(
    ("changes", "header", "said"),
    [
        ({}, "", "no valid header of a ridge regulariser"),
        ({}, _HEADER.replace("ridge-1", "ridge-9"), "its format is recon-ridge-9"),
        ({}, _HEADER.replace("5", "-5"), "no valid header"),
        ({}, _HEADER.replace('"levels": []', '"levels": [3]'), "no valid header"),
        ({}, _HEADER.replace('"tuned": {}', '"tuned": {"mri": {"lam": 1, "mu": 0}}'), "mu is 0"),
        ({}, _HEADER.replace('"tuned": {}', '"tuned": {"mri": {"lam": 1}}'), "no valid header"),
        ({}, _HEADER.replace('"tuned": {}', '"tuned": {"mri": {"lam": 1, "x": 2}}'), "no valid header"),
        ({"more": torch.ones(1)}, _HEADER, "is not a ridge regulariser: it holds the tensors kernels, more"),
        ({"kernels": torch.ones(4, 4, 4)}, _HEADER, "kernels of shape"),
        ({"kernels": torch.ones(4, 5, 3)}, _HEADER, "kernels of shape"),
        ({"kernels": torch.ones(4, 65, 65)}, _HEADER, "4 kernels of 65 x 65 pixels, more than is handled"),
        ({"kernels": torch.ones(600, 3, 3)}, _HEADER, "600 kernels of 3 x 3 pixels"),
        ({"kernels": torch.ones(0, 3, 3)}, _HEADER, "do not fit its 0 kernels"),
        ({"kernels": torch.ones(4, 25)}, _HEADER, "kernels of shape"),
        ({"kernels": torch.ones(4, 5, 5).double()}, _HEADER, "kernels that are not finite float32"),
        ({"kernels": torch.ones(5, 5, 5)}, _HEADER, "do not fit its 5 kernels"),
        ({"rises": torch.ones(4, 0)}, _HEADER, "do not fit its 4 kernels"),
        ({"rises": torch.ones(4, 2000)}, _HEADER, "do not fit its 4 kernels"),
        ({"rises": torch.ones(4)}, _HEADER, "do not fit its 4 kernels"),
        ({"rises": -torch.ones(4, 3)}, _HEADER, "a profile that is not convex"),
        ({"rises": torch.full((4, 3), torch.nan)}, _HEADER, "rises that are not finite"),
        ({"spacings": torch.zeros(4)}, _HEADER, "knots at no distance"),
        ({"spacings": torch.ones(3)}, _HEADER, "do not fit its 4 kernels"),
    ],
)
def test_files_that_break_the_schema_are_refused(
    tmp_path: Path, changes: dict[str, torch.Tensor], header: str, said: str
) -> None:
    save_file(some_tensors() | changes, tmp_path / "bad.safetensors", {"recon": header})
    with pytest.raises(ReconError, match=said):
        load_ridge(tmp_path / "bad.safetensors")


def test_cut_files_and_other_models_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "mine.safetensors"
    save_ridge(place, Ridge(**some_tensors(), sigma=25))
    with pytest.raises(ReconError, match="is not a dictionary: it holds the tensors kernels, rises"):
        load_dictionary(place)
    whole = place.read_bytes()
    for length in (0, 5, 60, len(whole) - 1):
        place.write_bytes(whole[:length])
        with pytest.raises(ReconError, match="not a readable ridge regulariser"):
            load_ridge(place)
