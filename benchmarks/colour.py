"""Colours together and each on its own, beside CBM3D: PSNR in dB on crops of scikit-image's photographs.

    python benchmarks/colour.py [--sigma 5 25 50] [--bm3d PYTHON]

Noise is added to each colour and not rounded. CBM3D is that of the package bm3d, which PYTHON has; it is
installed for this alone, for its licence forbids more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from skimage import data

from recon_cli import denoise
from recon_cli.quality.metrics import psnr

CROPS = {
    "coffee": (170, 150),
    "astronaut": (60, 150),
    "chelsea": (60, 100),
    "rocket": (100, 250),
    "immunohistochemistry": (100, 100),
}
"""First row and column of 160 x 160 pixels."""
SIDE = 160
OTHER = """
import sys, numpy, bm3d
numpy.save(sys.argv[2], bm3d.bm3d_rgb(numpy.load(sys.argv[1]), float(sys.argv[3]) / 255))
"""


def main() -> None:
    """Print a table in Markdown, and its numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sigma", type=float, nargs="+", default=[5, 25, 50])
    parser.add_argument("--bm3d", metavar="PYTHON")
    options = parser.parse_args()
    columns = ["joint", "channels", *(["CBM3D"] if options.bm3d else [])]
    rows = []
    print(f"| | sigma | {' | '.join(columns)} |\n|---|---|{'---|' * len(columns)}")
    for name, (top, left) in CROPS.items():
        clean = (getattr(data, name)()[top : top + SIDE, left : left + SIDE, :3] / 255).astype(np.float32)
        for sigma in options.sigma:
            noise = np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
            noisy = clean + np.float32(sigma / 255) * noise
            results = {each: denoise(noisy, sigma, channel_axis=-1, color=each) for each in columns[:2]}
            if options.bm3d:
                results["CBM3D"] = cbm3d(noisy, sigma, options.bm3d)
            row = {each: round(float(psnr(result, clean)), 2) for each, result in results.items()}
            rows.append({"image": name, "sigma": sigma, **row})
            print(
                f"| {name} | {sigma:g} | {' | '.join(f'{row[each]:.2f}' for each in columns)} |", flush=True
            )
    print(json.dumps(rows))


def cbm3d(noisy: np.ndarray, sigma: float, python: str) -> np.ndarray:
    """Return the result of CBM3D, cut to [0, 1]."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "noisy.npy", Path(folder) / "made.npy"
        np.save(given, noisy)
        subprocess.run([python, "-c", OTHER, given, made, str(sigma)], check=True)
        return np.load(made).clip(0, 1)


if __name__ == "__main__":
    main()
