from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from recon_cli import models
from recon_cli.errors import ReconError
from recon_cli.files import bundled_models
from recon_cli.models import registry
from recon_cli.models.dictionary import Dictionary, load_dictionary
from recon_cli.models.ridge import Ridge, Strength, save_ridge
from recon_cli.models.tuned import Level

from ..helpers import smoothed_variation

TRAINED = {f"sigma{sigma}-{kind}" for sigma in (5, 25) for kind in ("mean-free", "fixed-mean")}
RANGES = {"adaptive"}
NAMES = TRAINED | RANGES | {f"sigma{sigma}-{kind}" for sigma in (5, 25) for kind in ("minimum", "reweighted")}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundled dictionaries without ridge regularisers, in a folder that is looked in instead."""
    folder = tmp_path / "pretrained"
    folder.mkdir()
    for entry in registry.manifest("dictionary").values():
        shutil.copy(bundled_models.pretrained_folder() / entry["file"], folder)
    registry.write_manifest(folder)
    monkeypatch.setattr(bundled_models, "pretrained_folder", lambda: folder)
    return folder


def bundle(folder: Path, **ridges: Ridge) -> None:
    """Add regularisers to a folder of bundled models."""
    for name, ridge in ridges.items():
        save_ridge(folder / f"{name}.safetensors", ridge)
    registry.write_manifest(folder)


def ridge_of(sigma: float, *psnrs: tuple[float, float]) -> Ridge:
    """Return one trained at a level, with others at which it was tuned and the PSNR there."""
    levels = tuple(Level(level, Strength(1.0, 1.0), psnr) for level, psnr in psnrs)
    return replace(smoothed_variation(), sigma=sigma, levels=levels)


def test_every_bundled_dictionary_is_what_the_manifest_says() -> None:
    entries = registry.manifest("dictionary")
    assert set(entries) == NAMES
    for name, entry in entries.items():
        dictionary = registry.find_dictionary(name, entry["sigma"])
        assert (dictionary.variant, dictionary.sigma) == (entry["variant"], entry["sigma"])
        assert dictionary.atoms.shape == (100, 128)
        modes = {"early-stop", "unrolled"} if name in TRAINED else set()
        both = set() if name in RANGES else {("mri", "full"), ("denoise", "full")}
        assert set(dictionary.tuned) == both | {("denoise", mode) for mode in modes}
        assert (dictionary.penalties is None) == (name in TRAINED)
        assert (dictionary.reweighting is not None) == entry["reweighted"]
        assert entry["reweighted"] == name.endswith(("reweighted", "adaptive"))
        if name in RANGES:
            assert len(dictionary.levels["full"]) == 5
        assert dictionary.tuned_as_json == entry["tuned"]
        if both:
            assert dictionary.tuned["mri", "full"].as_json() == entry["tuned"]["mri-full"]
        assert dictionary.training == entry["training"]


def test_noise_level_and_mode_choose_the_dictionary() -> None:
    for sigma in (5, 25):
        assert registry.find_dictionary(None, sigma, "settled").name == "adaptive"
        assert registry.find_dictionary(None, sigma).name == f"sigma{sigma}-reweighted"
        assert registry.find_dictionary(None, sigma, once=True).name == f"sigma{sigma}-minimum"
        for mode in ("unrolled", "early-stop"):
            assert registry.find_dictionary(None, sigma, mode).name == f"sigma{sigma}-mean-free"


@pytest.mark.parametrize("name", ["sigma25-reweighted", "crr"])
def test_a_damaged_bundled_file_is_noticed(folder: Path, name: str) -> None:
    bundle(folder, crr=ridge_of(25))
    place = folder / f"{name}.safetensors"
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)
    with pytest.raises(ReconError, match=f"the bundled model {name} is damaged"):
        (registry.find_ridge if name == "crr" else registry.find_dictionary)(None, 25)


def test_the_manifest_can_be_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "pretrained"
    shutil.copytree(bundled_models.pretrained_folder(), folder)
    before = (folder / "manifest.json").read_text()
    (folder / "manifest.json").unlink()
    registry.write_manifest(folder)
    assert (folder / "manifest.json").read_text() == before
    assert load_dictionary(folder / "sigma5-mean-free.safetensors").sigma == 5


def test_every_bundled_regulariser_is_what_the_manifest_says() -> None:
    assert registry.manifest("ridge regulariser").keys() == {"crr-sigma5", "crr-sigma25"}
    for name, entry in registry.manifest("ridge regulariser").items():
        ridge = registry.find_ridge(name, entry["sigma"])
        assert (ridge.name, ridge.sigma, ridge.training) == (name, entry["sigma"], entry["training"])
        assert {task: values.as_json() for task, values in ridge.tuned.items()} == entry["tuned"]
        assert [level.as_json() for level in ridge.levels] == entry["levels"]
        assert "denoise" in ridge.tuned


def test_the_noise_level_chooses_the_regulariser(folder: Path) -> None:
    bundle(folder, weak=ridge_of(5), strong=ridge_of(25))
    found = [registry.find_ridge(None, sigma).name for sigma in (0.3, 5, 10, 13, 25, 200)]
    assert found == ["weak", "weak", "weak", "strong", "strong", "strong"]
    assert registry.find_ridge("weak", 25).name == "weak"
    assert registry.find_dictionary(None, 10, once=True).name == "sigma5-minimum"
    # tuned at common levels, the better one there is taken
    tuned = {"weak": ridge_of(5, (5, 37.0), (40, 27.0)), "strong": ridge_of(25, (5, 36.0), (40, 26.0))}
    bundle(folder, **tuned)
    assert [registry.find_ridge(None, sigma).name for sigma in (20, 25, 200)] == ["weak", "strong", "strong"]


def test_each_kind_is_found_by_its_own_door_alone(folder: Path, ridge: Path) -> None:
    with pytest.raises(ReconError, match="no ridge regulariser is bundled; train one with recon train"):
        registry.find_ridge(None, 25)
    with pytest.raises(ReconError, match="no model crr; no ridge regulariser is bundled"):
        registry.find_ridge("crr", 25)
    bundle(folder, crr=ridge_of(25))
    shutil.copy(folder / "sigma5-mean-free.safetensors", folder.parent / "mine.safetensors")
    for model in ("crr", str(ridge)):
        assert registry.kind_of_model(model) == "ridge regulariser"
        with pytest.raises(ReconError, match=f"{model} is a ridge regulariser; it goes with --method crr"):
            registry.find_dictionary(model, 25)
    for model in ("sigma5-mean-free", str(folder.parent / "mine.safetensors")):
        assert registry.kind_of_model(model) == "dictionary"
        with pytest.raises(ReconError, match=f"{model} is a dictionary; leave --method crr out"):
            registry.find_ridge(model, 25)
    with pytest.raises(ReconError, match=r"there is no model best; bundled are crr$"):
        registry.find_ridge("best", 25)
    with pytest.raises(ReconError, match=r"no model best; bundled are adaptive, .*reweighted$"):
        registry.find_dictionary("best", 25)


@pytest.mark.parametrize("mode", ["full", "unrolled", "early-stop"])
@pytest.mark.parametrize("sigma", [0.5, 1, 4, 5, 8, 13.7, 22, 25, 35, 50, 100])
def test_every_noise_level_has_a_dictionary_with_parameters(mode: str, sigma: float) -> None:
    dictionary = registry.find_dictionary(None, sigma, mode)
    assert dictionary.variant == "mean-free"
    tuned = dictionary.tuned_for("denoise", mode, sigma)
    assert tuned is not None
    assert 1e-4 < tuned.beta < 5 * dictionary.stride**2
    assert 1e-5 < tuned.lam < 0.1


def test_models_are_listed_and_read_by_name_or_file(ridge: Path) -> None:
    names = models.bundled()
    assert set(names) == NAMES | {"crr-sigma5", "crr-sigma25"}
    assert set(models.bundled("dictionary")) == NAMES
    assert set(models.bundled("ridge regulariser")) == set(names) - NAMES
    for name in ("sigma5-minimum", "crr-sigma5"):
        model = models.load(name)
        assert (model.name, model.sigma) == (name, 5)
        assert isinstance(model, Ridge if name.startswith("crr") else Dictionary)
    found = models.load(str(ridge))
    assert isinstance(found, Ridge)
    assert found.name == "ridge"
    with pytest.raises(ReconError, match="there is no model best; bundled are ") as refused:
        models.load("best")
    assert refused.value.exit_code == 2
    with pytest.raises(ReconError, match=r"none.safetensors does not exist"):
        models.load(str(ridge.parent / "none.safetensors"))


def test_a_noise_level_out_of_reach_is_refused() -> None:
    for sigma in (0.2, 101):
        with pytest.raises(ReconError, match="no bundled dictionary is tuned for sigma"):
            registry.find_dictionary(None, sigma)
