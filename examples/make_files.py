"""Make the files of this folder again from images that scikit-image brings along (CC0 all of them).

    python examples/make_files.py [FOLDER]

The noise has fixed seeds; `camera.png` and `camera_noisy.png` are older and are not made here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image
from skimage import data

from recon_cli.files.reconstructions import write_reconstruction
from recon_cli.workflows.tomography.simulate import simulate_scan


def make_coffee(folder: Path) -> None:
    """Write 160 x 160 pixels of a colour photograph, and the same with noise of sigma 25."""
    photograph = Image.fromarray(data.coffee()).resize((300, 200), Image.Resampling.LANCZOS)
    clean = np.asarray(photograph)[20:180, 60:220]
    noise = 25 * np.random.default_rng(25).standard_normal(clean.shape)
    Image.fromarray(clean).save(folder / "coffee.png", optimize=True)
    noisy = np.rint((clean + noise).clip(0, 255)).astype(np.uint8)
    Image.fromarray(noisy).save(folder / "coffee_noisy.png", optimize=True)


def make_cells(folder: Path) -> None:
    """Write what a camera of gain 2 counts of a cell under three lights, as an ImageJ stack of 16 bits."""
    cell = data.cell()[140:524, 166:550].reshape(96, 4, 96, 4).mean((1, 3)) / 255
    light = np.array([20, 60, 180])[:, None, None]
    electrons = np.random.default_rng(7).poisson(light * cell)
    read = np.random.default_rng(8).normal(scale=3, size=electrons.shape)
    counts = np.rint((2 * electrons + 100 + read).clip(0, None)).astype(np.uint16)
    clean = np.rint(2 * light * cell + 100).astype(np.uint16)
    for name, stack in (("cell_counts.tif", counts), ("cell_clean.tif", clean)):
        tifffile.imwrite(
            folder / name, stack, imagej=True, resolution=(1 / 0.428, 1 / 0.428),
            metadata={"axes": "TYX", "unit": "um"},
        )  # fmt: skip


def make_sinogram(folder: Path) -> None:
    """Write 60 projections of the cell, as if it were seen from the side, with 1 % noise."""
    cell = data.cell()[140:524, 166:550].reshape(96, 4, 96, 4).mean((1, 3)) / 255
    made = simulate_scan(cell.astype(np.float32)[None], tuple(3.0 * np.arange(60)), 0.01)
    write_reconstruction(folder / "cell_sinogram.tif", made.values, ())


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    make_coffee(place)
    make_cells(place)
    make_sinogram(place)
