"""Radial and spiral MRI with default settings beside BART's `nufft` and `pics -t`, tuned, as a table.

    python benchmarks/mri_noncartesian.py [--side 256] [--only TEXT] [--threads 1]

All get the coil maps of BART's `ecalib`, from the readouts on a grid. PSNR of the magnitude in dB, after the
one factor that suits best, and processor seconds of a single run in parentheses; BART's weights are the best
against the truth. Without BART only our own column is printed, with the true maps.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import torch
from bart import VARIATION, WAVELET, available, bart, maps_of
from mri_scenes import birdcage, picture, smooth_phase
from mri_simulated import WEIGHTS, timed
from numpy.typing import NDArray

from recon_cli.engine.operators import NonUniform
from recon_cli.files.kspace.samples import Details, KSpace
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.readouts import prepare_readouts

_GOLDEN = np.pi * (np.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Readouts:
    """A way of reading k-space.

    Attributes:
        name: what the table calls it.
        count: spokes, or arms of a spiral.
        spiral: arms in place of spokes.
        coils: how many.
        noise: standard deviation of the complex noise, for images up to 1.
    """

    name: str
    count: int
    spiral: bool = False
    coils: int = 8
    noise: float = 0.02

    def places(self, side: int) -> NDArray[np.float32]:
        """Return where samples lie, along rows and columns, `(readouts, samples, 2)`."""
        if self.spiral:
            turns = np.linspace(0, 1, 16 * side)
            arm = np.exp(2j * np.pi * side / 24 * turns) * turns * side / 2
            lines = arm * np.exp(2j * np.pi * np.arange(self.count) / self.count)[:, None]
        else:
            lines = (np.arange(2 * side) / 2 - side / 2) * np.exp(1j * _GOLDEN * np.arange(self.count))[
                :, None
            ]
        return np.stack([lines.imag, lines.real], -1).astype(np.float32)


SCANS = (
    Readouts("radial 100 spokes", 100),
    Readouts("radial 40 spokes", 40),
    Readouts("spiral 8 arms", 8, True),
)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--side", type=int, default=256, help="pixels")
    parser.add_argument("--picture", default="t1", help="see mri_scenes.py")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--max-iter", type=int, default=10_000, help="of our own solver")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    names = ["recon, start", "recon"]
    if available():
        names = ["BART nufft -i", "BART wavelet, tuned", "BART TV, tuned", *names]
    print(f"| | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}")
    for scan in SCANS:
        if asked.only in scan.name:
            cells = _row(scan, asked.side, asked.picture, Solver(max_iterations=asked.max_iter))
            title = f"{scan.name}, {asked.side} x {asked.side}, {scan.coils} coils, noise {scan.noise:g}"
            print(f"| {title} | {' | '.join(cells)} |", flush=True)


def _row(scan: Readouts, side: int, name: str, solver: Solver) -> list[str]:
    shape = (side, side)
    image = picture(name, shape) * smooth_phase(shape, 0)
    maps = birdcage(scan.coils, shape).astype(np.complex64)
    truth = np.sqrt((np.abs(image * maps) ** 2).sum(0))
    places = scan.places(side)
    operator = NonUniform(places.reshape(-1, 2), shape)
    clean = operator.forward(torch.from_numpy((image * maps).astype(np.complex64))).numpy()
    random = np.random.default_rng(0).standard_normal((2, *clean.shape)) / np.sqrt(2)
    samples = (clean + scan.noise * (random[0] + 1j * random[1])).astype(np.complex64)
    samples = samples.reshape(scan.coils, *places.shape[:2])
    details = Details(trajectory=places[None], matrix=shape)
    measured = KSpace(samples[None], None, None, (), "", "npy", None, details=details)
    cells = []
    if available():
        maps = maps_of(prepare_readouts(measured, maps=maps).samples[0])
        cells = _others(places, samples, maps, truth)
    study = prepare_readouts(measured, maps=maps)
    done, spent = timed(lambda: reconstruct_kspace(study, DictionaryPrior(), solver))
    cells.append(f"{_score(done.starts[0], truth):.2f}")
    cells.append(f"{_score(np.asarray(done.result.image)[0], truth):.2f} ({spent:.1f})")
    return cells


def _others(
    places: NDArray[np.float32],
    samples: NDArray[np.complex64],
    maps: NDArray[np.complex64],
    truth: NDArray[np.float64],
) -> list[str]:
    """Return BART's cells."""
    side = len(truth)
    along = np.concatenate([places, np.zeros((*places.shape[:2], 1))], -1).transpose(2, 1, 0)
    data, coils = samples.transpose(2, 1, 0)[None], np.moveaxis(maps, 0, -1)[:, :, None]
    inverse, spent = timed(lambda: bart(f"nufft -i -d {side}:{side}:1", along, data))
    combined = np.sqrt((np.abs(inverse.squeeze()) ** 2).sum(-1))
    cells = [f"{_score(combined, truth):.2f} ({spent:.1f})"]
    for options in (WAVELET, VARIATION):
        runs = []
        for weight in WEIGHTS:
            # -e finds the step, without which its iterations diverge where the middle is sampled densely
            asked = f"pics -S -e {options.format(weight=weight)} -t"
            image, spent = timed(lambda asked=asked: bart(asked, along, data, coils))  # type: ignore[misc]
            runs.append((_score(image.squeeze(), truth), spent))
        cells.append("{:.2f} ({:.1f})".format(*max(runs)))
    return cells


def _score(image: NDArray[np.generic], truth: NDArray[np.float64]) -> float:
    """Return PSNR of a magnitude in dB, after the factor that suits best."""
    found = np.abs(image)
    found = found * (found * truth).sum() / (found**2).sum()
    return float(-10 * np.log10(((found - truth) ** 2).mean() / truth.max() ** 2))


if __name__ == "__main__":
    main()
