from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.models import registry
from recon_cli.models.dictionary import load_dictionary

NAMES = {f"sigma{sigma}-{variant}" for sigma in (5, 25) for variant in ("mean-free", "fixed-mean")}


def test_every_bundled_dictionary_is_what_the_manifest_says() -> None:
    entries = registry.manifest()
    assert set(entries) == NAMES
    for name, entry in entries.items():
        dictionary = registry.find_dictionary(name, entry["sigma"])
        assert (dictionary.variant, dictionary.sigma) == (entry["variant"], entry["sigma"])
        assert dictionary.atoms.shape == (100, 128)
        assert set(dictionary.tuned) == {"full", "early-stop", "unrolled", "mri-full"}
        tuned = {mode: values.as_json() for mode, values in dictionary.tuned.items()}
        assert tuned == entry["tuned"]
        assert dictionary.training == entry["training"]


def test_the_noise_level_chooses_the_mean_free_dictionary() -> None:
    assert registry.find_dictionary(None, 25).name == "sigma25-mean-free"
    assert registry.find_dictionary(None, 5).name == "sigma5-mean-free"


def test_a_damaged_bundled_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pretrained"
    shutil.copytree(registry.pretrained_folder(), folder)
    place = folder / "sigma25-mean-free.safetensors"
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)
    monkeypatch.setattr(registry, "pretrained_folder", lambda: folder)
    with pytest.raises(ReconError, match="is damaged"):
        registry.find_dictionary(None, 25)


def test_the_manifest_can_be_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "pretrained"
    shutil.copytree(registry.pretrained_folder(), folder)
    before = (folder / "manifest.json").read_text()
    (folder / "manifest.json").unlink()
    registry.write_manifest(folder)
    assert (folder / "manifest.json").read_text() == before
    assert load_dictionary(folder / "sigma5-mean-free.safetensors").sigma == 5


@pytest.mark.parametrize("mode", ["full", "unrolled", "early-stop"])
@pytest.mark.parametrize("sigma", [0.5, 1, 4, 5, 8, 13.7, 22, 25, 35, 50, 100])
def test_every_noise_level_has_a_dictionary_with_parameters(mode: str, sigma: float) -> None:
    dictionary = registry.find_dictionary(None, sigma, mode)
    assert dictionary.variant == "mean-free"
    tuned = dictionary.tuned_at(mode, sigma)
    assert tuned is not None
    assert 1e-4 < tuned.beta < 5
    assert 1e-5 < tuned.lam < 0.1


def test_a_noise_level_out_of_reach_is_refused() -> None:
    for sigma in (0.2, 101):
        with pytest.raises(ReconError, match="no bundled dictionary is tuned for sigma"):
            registry.find_dictionary(None, sigma)
