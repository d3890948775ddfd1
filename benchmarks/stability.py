"""How much a result changes when the data change by a little: photographs and MRI.

    python benchmarks/stability.py [--models ...] [--changes 100] [--side 64]

Prints, for each model, mean and largest ratio of the root mean square change of the result to that of the
data, over random changes of one grey level. In denoising a single minimum, a proximal map, has at most 1.
In MRI the change of the data is that of all samples, those that are not measured counted as zero, and the
noise level is told.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from brain import NOISE
from mri_scenes import Scene
from numpy.typing import NDArray
from skimage import data

from recon_cli import denoise
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.mri.masks import Pattern
from recon_cli.workflows.mri.measurement import measure
from recon_cli.workflows.mri.noise import KSpaceNoise

GREY_LEVEL = 1 / 255
_PATTERNS: tuple[Pattern, ...] = ("radial", "cartesian")
_NEAR = 0.02
"""Grey levels from the minimum, where results are compared."""


def rms(x: NDArray[np.number[Any]]) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.abs(x) ** 2)))


def ratios(result: NDArray[Any], others: Sequence[NDArray[Any]], changes: list[float]) -> str:
    """Return mean and largest ratio, as text."""
    found = [rms(other - result) / change for other, change in zip(others, changes, strict=True)]
    return f"mean {np.mean(found):.3f}, largest {max(found):.3f} of {len(found)}"


def of_photograph(model: str, sigma: float, changes: int, side: int) -> str:
    """Measure it in denoising, on a part of a photograph."""
    rng = np.random.default_rng(0)
    clean = data.camera()[60 : 60 + side, 170 : 170 + side] / 255
    noisy = (clean + sigma / 255 * rng.standard_normal(clean.shape)).astype(np.float32)
    added = GREY_LEVEL * rng.standard_normal((changes, *clean.shape)).astype(np.float32)
    result, *others = denoise(np.stack([noisy, *(noisy + added)]), sigma, model=model, tol=_NEAR)
    return ratios(result, others, [rms(each) for each in added])


def of_brain(model: str, pattern: Pattern, changes: int, side: int) -> str:
    """Measure it in MRI with one coil, on a brain of as many pixels."""
    scene = Scene("brain", (side, side), pattern, 1 / 0.3, 1, NOISE)
    noise = KSpaceNoise(NOISE, None, "")

    def solved(k: NDArray[np.complex64]) -> NDArray[np.complex64]:
        measurement = measure(k, scene.mask, image="complex", noise=noise)
        done = reconstruct(measurement, DictionaryPrior(model), Solver("settled", _NEAR))
        return np.asarray(done.image)[0]

    rng = np.random.default_rng(0)
    result, others, sizes = solved(scene.samples), [], []
    for _ in range(changes):
        drawn = rng.standard_normal((*scene.samples.shape, 2)).astype(np.float32)
        added = GREY_LEVEL / 2**0.5 * (drawn[..., 0] + 1j * drawn[..., 1]) * scene.mask
        others.append(solved(scene.samples + added.astype(np.complex64)))
        sizes.append(rms(added))
    return ratios(result, others, sizes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["sigma25-minimum", "sigma25-reweighted", "adaptive"])
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--side", type=int, default=64, help="of the images, in pixels")
    arguments = parser.parse_args()
    for model in arguments.models:
        for sigma in (10.0, 25.0):
            found = of_photograph(model, sigma, arguments.changes, arguments.side)
            print(f"{model}, photograph, sigma {sigma:g}: {found}", flush=True)
        for pattern in _PATTERNS:
            found = of_brain(model, pattern, arguments.changes, arguments.side)
            print(f"{model}, brain, {pattern}: {found}", flush=True)


if __name__ == "__main__":
    main()
