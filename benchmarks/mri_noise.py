"""The estimated noise level of k-space over the true one, in made acquisitions, as a table.

    python benchmarks/mri_noise.py [--each]

Ten heads and photographs, four patterns each, 1 to 8 coils, no noise scan. The least, the middle and the
largest ratio; of no noise, the estimate itself, for images up to 1.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from mri_scenes import Sampling, Scene

from recon_cli.workflows.mri.noise import noise_of_samples

_PICTURES = (
    "t1", "b0-4", "b0-7", "camera", "astronaut", "retina", "brain", "coins", "chelsea", "set12-01",
)  # fmt: skip
_FOLDS: dict[Sampling, float] = {"poisson": 4, "cartesian": 3, "radial": 4, "random": 3}
_COILS = (1, 2, 3, 4, 8)
_GROUPS = ((1, 1), (2, 3), (4, 8))
LEVELS = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def scenes() -> list[Scene]:
    """Return the acquisitions, without noise."""
    shapes = ((96, 96), (128, 128), (128, 96))
    made = []
    for first, picture in enumerate(_PICTURES):
        for second, (sampling, fold) in enumerate(_FOLDS.items()):
            shape = shapes[0] if sampling == "poisson" else shapes[(first + 2 * second) % 3]
            coils = _COILS[(first + second) % len(_COILS)]
            made.append(Scene(picture, shape, sampling, fold, coils, 0.0, 30 + first))
    return made


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--each", action="store_true", help="a line for each acquisition, too")
    asked = parser.parse_args()
    names = [f"{low} coil" if low == high else f"{low} to {high} coils" for low, high in _GROUPS]
    print(f"| noise | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}")
    for level in LEVELS:
        ratios: dict[int, list[float]] = {coils: [] for coils in _COILS}
        for scene in (replace(scene, noise=level) for scene in scenes()):
            ratio = noise_of_samples(scene.samples, scene.mask, True).level / (level or 1)
            ratios[scene.coils].append(ratio)
            if asked.each:
                print(f"  {scene.name}: {ratio:.3g}")
        cells = []
        for low, high in _GROUPS:
            every = [ratio for coils, some in ratios.items() if low <= coils <= high for ratio in some]
            cells.append(", ".join(f"{value:.2g}" for value in np.quantile(every, (0, 0.5, 1))))
        print(f"| {level:g} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
