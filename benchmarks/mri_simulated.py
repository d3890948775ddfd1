"""MRI with default settings beside BART, tuned over its weight against the truth, as a table.

    python benchmarks/mri_simulated.py [--calibration] [--only TEXT] [--threads 1]

Coil maps of heads are those of BART's `ecalib` for all; those of photographs, which fill the field of view,
are the true ones. PSNR of the magnitude in dB, processor seconds of a single run in parentheses. Without BART
only our own column is printed. The rule for the
strengths was fitted to most rows of `--calibration` and two of the brain, so the rows of the
brain are no independent check; the estimate of the noise was chosen with pictures of both lists in view.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from bart import VARIATION, WAVELET, available, maps_of, pics
from mri_scenes import Scene
from numpy.typing import NDArray

from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.simulate import birdcage
from recon_cli.workflows.mri.study import prepare

WEIGHTS = (0.0002, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064)
_HEADS = ("brain", "t1", "b0", "phantom")
REPORTED = (
    Scene("brain", (128, 96), "poisson", 6, 8, 0.02),
    Scene("brain", (128, 128), "cartesian", 4, 8, 0.005),
    Scene("brain", (128, 128), "cartesian", 4, 8, 0.02),
    Scene("brain", (128, 128), "cartesian", 4, 8, 0.05),
    Scene("phantom", (64, 64), "poisson", 2.56, 8, 0.0),
    Scene("t1", (128, 128), "radial", 4, 1, 0.02),
    Scene("t1", (112, 96), "cartesian", 2, 4, 0.1),
    Scene("camera", (128, 128), "poisson", 8, 32, 0.01),
    Scene("astronaut", (128, 128), "cartesian", 3, 16, 0.03),
    Scene("retina", (96, 96), "radial", 5, 8, 0.002),
    Scene("t1", (128, 128), "poisson", 3, 1, 0.1),
)
CALIBRATION = (
    Scene("b0-3", (96, 96), "poisson", 4, 8, 0.02, 11),
    Scene("set12-07", (96, 96), "cartesian", 3, 8, 0.01, 12),
    Scene("b0-6", (96, 96), "radial", 4, 1, 0.02, 13),
    Scene("set12-01", (96, 96), "poisson", 3, 1, 0.05, 14),
    Scene("b0-5", (96, 96), "cartesian", 4, 1, 0.003, 17),
    Scene("set12-05", (96, 96), "random", 3, 1, 0.003, 18),
    Scene("b0-4", (96, 96), "radial", 6, 8, 0.05, 19),
    Scene("set12-04", (96, 96), "poisson", 2, 8, 0.01, 20),
    Scene("b0-7", (96, 96), "poisson", 6, 8, 0.002, 21),
    Scene("set12-07", (96, 96), "cartesian", 4, 4, 0.03, 22),
)
Maps = NDArray[np.complex64] | None
Made = TypeVar("Made")


def coil_maps(scene: Scene) -> Maps:
    """Return the maps that all methods are given; None with one coil."""
    if scene.coils == 1:
        return None
    if scene.picture.split("-")[0] in _HEADS and available():
        return maps_of(scene.samples)
    return birdcage(scene.coils, scene.shape).astype(np.complex64)


def score(scene: Scene, image: NDArray[np.generic]) -> float:
    """Return PSNR of a magnitude in dB."""
    truth = scene.truth
    return float(-10 * np.log10(((np.abs(image) - truth) ** 2).mean() / truth.max() ** 2))


def timed(call: Callable[[], Made]) -> tuple[Made, float]:
    """Return what a call gives, and the seconds that this process and its children spent."""
    before = _spent()
    return call(), _spent() - before


def ours(scene: Scene, maps: Maps) -> NDArray[np.generic]:
    """Return the image that a user gets by default."""
    study = prepare(scene.samples[None], Undersampling(scene.mask), maps=maps)
    done = reconstruct_kspace(study, DictionaryPrior(), Solver()).result
    return np.asarray(done.image)[0]


def tuned(scene: Scene, maps: Maps, options: str) -> tuple[float, float]:
    """Return PSNR of BART at its best weight, and the seconds of that run."""
    runs = []
    for weight in WEIGHTS:
        image, spent = timed(lambda weight=weight: pics(options.format(weight=weight), scene.samples, maps))  # type: ignore[misc]
        runs.append((score(scene, image), spent))
    return max(runs)


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--calibration", action="store_true", help="the rows that the rule was fitted to")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    others = {"BART wavelet, tuned": WAVELET, "BART TV, tuned": VARIATION} if available() else {}
    names = [*others, "recon"]
    print(f"| | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}")
    for scene in CALIBRATION if asked.calibration else REPORTED:
        if asked.only not in scene.name:
            continue
        maps = coil_maps(scene)
        runs = [tuned(scene, maps, options) for options in others.values()]
        image, spent = timed(lambda scene=scene, maps=maps: ours(scene, maps))  # type: ignore[misc]
        cells = [f"{value:.2f} ({seconds:.1f})" for value, seconds in (*runs, (score(scene, image), spent))]
        print(f"| {scene.name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
