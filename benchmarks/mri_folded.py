"""MRI where the field of view is too small, beside BART's `ecalib -m1`, `-m2` and `pics`, tuned, as a table.

    python benchmarks/mri_folded.py [--only TEXT] [--threads 1]

The object is folded at the left and right border. The truth is the root of the sum of squares of what coils
see of the folded object; of two sets of maps both programs give the root of the images' sum of squares. PSNR
in dB, processor seconds of a single run in parentheses; BART's weight is the best against the truth.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import torch
from bart import WAVELET, available, bart
from mri_scenes import Image, birdcage, generate_mask, picture, smooth_phase, transform
from mri_simulated import WEIGHTS, timed
from numpy.typing import NDArray

from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import prepare

_CENTRE = 20
"""Columns in the middle that are complete."""


@dataclass(frozen=True)
class Folded:
    """An acquisition of 8 coils, by whole columns.

    Attributes:
        picture: see `mri_scenes.picture`.
        shape: of the object.
        width: columns of the field of view.
        fold: columns for each that is sampled, beside those in the middle.
        noise: standard deviation of the complex noise, for images up to 1.
    """

    picture: str
    shape: tuple[int, int]
    width: int
    fold: float
    noise: float

    @property
    def name(self) -> str:
        """What the table calls it."""
        height, width = self.shape
        return f"{self.picture} {height} x {width} in {self.width}, {self.fold:g} x, noise {self.noise:g}"

    def coil_images(self) -> NDArray[np.complex128]:
        """Return what coils see, `(coils, height, width)`."""
        whole = picture(self.picture, self.shape) * smooth_phase(self.shape, 0) * birdcage(8, self.shape)
        beside = (self.shape[1] - self.width) // 2
        seen = whole[..., beside : beside + self.width].copy()
        seen[..., self.width - beside :] += whole[..., :beside]
        seen[..., :beside] += whole[..., beside + self.width :]
        return seen

    def samples(self) -> tuple[NDArray[np.complex64], NDArray[np.bool_]]:
        """Return k-space, zero where nothing was sampled, and the mask."""
        images = self.coil_images()
        mask = generate_mask("cartesian", self.shape[0], self.width, 1 / self.fold, 0)
        mask[:, self.width // 2 - _CENTRE // 2 : self.width // 2 + _CENTRE // 2] = True
        real, imaginary = np.random.default_rng((0, 7)).standard_normal((2, *images.shape)) / np.sqrt(2)
        noisy = transform(images, "centered") + self.noise * (real + 1j * imaginary)
        return np.asarray(noisy * mask, np.complex64), mask


SCANS = (
    Folded("t1", (128, 128), 64, 2, 0.02),
    Folded("t1", (128, 128), 56, 2, 0.005),
    Folded("b0-6", (96, 96), 44, 2, 0.01),
    Folded("camera", (128, 160), 128, 3, 0.02),
)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    names = ["BART, one set", "BART, two sets"] if available() else []
    names += ["recon, one set", "recon"]
    print(f"| | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}")
    for scan in SCANS:
        if asked.only in scan.name:
            print(f"| {scan.name} | {' | '.join(_row(scan))} |", flush=True)


def _row(scan: Folded) -> list[str]:
    samples, mask = scan.samples()
    truth = np.sqrt((np.abs(scan.coil_images()) ** 2).sum(0))
    cells = [_tuned(samples, truth, sets) for sets in ((1, 2) if available() else ())]
    study = prepare(samples[None], Undersampling(mask), maps="auto")
    found = study.coil_maps(0)
    assert found is not None
    first = found if found.ndim == 3 else found[0]
    for one in (first, "auto"):
        study = prepare(samples[None], Undersampling(mask), maps=one)  # type: ignore[arg-type]
        done, spent = timed(lambda study=study: reconstruct_kspace(study, DictionaryPrior(), Solver()).result)  # type: ignore[misc]
        cells.append(f"{_score(np.asarray(done.image)[0], truth):.2f} ({spent:.1f})")
    return cells


def _tuned(samples: NDArray[np.complex64], truth: Image, sets: int) -> str:
    """Return the cell of BART at its best weight, maps from `ecalib`."""
    data = np.moveaxis(samples, 0, -1)[:, :, None]
    maps = bart(f"ecalib -m{sets}", data).reshape(*truth.shape, 1, len(samples), sets)
    runs = []
    for weight in WEIGHTS:
        asked = f"pics -S {WAVELET.format(weight=weight)}"
        images, spent = timed(lambda asked=asked: bart(asked, data, maps))  # type: ignore[misc]
        both = images.reshape(*truth.shape, -1)
        runs.append((_score(np.sqrt((np.abs(both) ** 2).sum(-1)), truth), spent))
    return "{:.2f} ({:.1f})".format(*max(runs))


def _score(image: NDArray[np.generic], truth: Image) -> float:
    return float(-10 * np.log10(((np.abs(image) - truth) ** 2).mean() / truth.max() ** 2))


if __name__ == "__main__":
    main()
