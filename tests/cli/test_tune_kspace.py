"""`recon tune --task mri` takes what `recon mri` takes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import savemat

from recon_cli.engine.operators import NonUniform
from recon_cli.workflows.mri.masks import generate_mask

from ..workflows.mri.acquisitions import coil_maps, noise, transform
from ..workflows.tune.objectives import photograph
from .run import recon_here

SIDE, COILS = 40, 3
MAPS = coil_maps(COILS, SIDE, SIDE)
MASK = generate_mask("random", SIDE, SIDE, 0.5)
QUICK = ("--task", "mri", "--method", "tv", "--weights", 0.01, "--budget", 1, "--json", "-q", "--overwrite")


@pytest.fixture(autouse=True)
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """K-space of one image in the current folder, alone, beside others and along spokes."""
    monkeypatch.chdir(tmp_path)
    image = photograph(SIDE)
    samples = ((transform(MAPS * image) + noise(COILS, SIDE, SIDE, level=0.02)) * MASK).astype(np.complex64)
    np.save("k.npy", samples)
    np.save("maps.npy", MAPS)
    np.save("clean.npy", image)
    savemat("k.mat", {"first": 3 * samples.transpose(1, 2, 0)[::-1], "second": samples.transpose(1, 2, 0)})
    angles = math.pi * np.arange(30) * (math.sqrt(5) - 1) / 2
    along = np.arange(2 * SIDE) / 2 - SIDE / 2
    places = np.stack([along * np.sin(angles)[:, None], along * np.cos(angles)[:, None]], -1)
    spokes = NonUniform(places.reshape(-1, 2), (SIDE, SIDE)).forward(torch.from_numpy(MAPS * image)).numpy()
    spokes += noise(*spokes.shape, level=0.02)
    np.save("spokes.npy", spokes.reshape(COILS, *places.shape[:2]).astype(np.complex64))
    np.save("places.npy", places.astype(np.float32))


def _value(*arguments: object, name: str = "value") -> float:
    done = recon_here("tune", *arguments, *QUICK)
    assert done.exit_code == 0, done.stderr
    return float(json.loads(done.stdout)[name])


def test_coil_maps_are_those_that_are_given() -> None:
    judged = ("k.npy", "--reference", "clean.npy")
    assert _value(*judged, "--maps", "maps.npy") > _value(*judged, "--maps", "auto") + 0.5
    np.save("other.npy", MAPS[:2])
    done = recon_here("tune", "k.npy", "--maps", "other.npy", *QUICK)
    assert done.exit_code == 1
    assert "the coil maps have shape (2, 40, 40), k-space has (3, 40, 40)" in done.stderr


def test_an_array_is_named_where_a_file_holds_several() -> None:
    given = ("--maps", "maps.npy")
    assert _value("k.mat", "--variable", "second", *given) == pytest.approx(_value("k.npy", *given), rel=1e-5)
    done = recon_here("tune", "k.mat", *QUICK)
    assert done.exit_code == 1
    assert "--variable" in done.stderr


@pytest.mark.parametrize("criterion", ["psnr", "holdout", "discrepancy"])
def test_readouts_are_tuned_with_their_trajectory(criterion: str) -> None:
    flags = ("--trajectory", "places.npy", "--maps", "maps.npy", "--reference", "clean.npy")
    given = ("spokes.npy", *flags, "--criterion", criterion, "--sigma", 0.02 * 255)
    assert _value(*given, name="psnr") > 25
    done = recon_here("tune", *given, *QUICK, "--mask", "radial")
    assert done.exit_code == 2
    assert "readouts with a trajectory take neither --mask nor --fft" in done.stderr


@pytest.mark.parametrize("given", [("k.npy",), ("spokes.npy", "--trajectory", "places.npy")])
def test_the_noise_that_the_discrepancy_needs_is_estimated(given: tuple[str, ...]) -> None:
    arguments = (*given, "--maps", "maps.npy", "--criterion", "discrepancy")
    assert 0 < _value(*arguments) < 1
    assert _value(*arguments) != _value(*arguments, "--sigma", 60)


def test_pixels_and_virtual_coils_are_those_of_recon_mri() -> None:
    given = ("k.npy", "--maps", "maps.npy", "--reference", "clean.npy")
    usual = _value(*given)
    assert _value(*given, "--image", "real") != usual
    assert _value(*given, "--coils", 1) < usual - 1
