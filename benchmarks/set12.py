"""Set12 with the noise that every table of the project uses."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from baseline import SHARED
from numpy.typing import NDArray

from recon_cli.files.images import read_image
from recon_cli.priors.prior import Prior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.training.validation import middles
from recon_cli.workflows.tune.denoising import DenoisingCase, denoising_cases, noisy_images

Pair = tuple[str, NDArray[np.float32], NDArray[np.float32]]


def noisy_set12(folder: Path, sigma: float) -> list[Pair]:
    """Return name, clean and noisy image of each file, sorted; the k-th is drawn with seed 1000 sigma + k."""
    pairs = []
    for k, path in enumerate(sorted(folder.glob("*.png")), start=1):
        clean = read_image(path)
        noise = np.random.default_rng(int(1000 * sigma) + k).standard_normal(clean.shape)
        noisy = clean + (sigma / 255 * noise).astype(np.float32)
        pairs.append((path.name, clean, noisy.astype(np.float32)))
    return pairs


def middle_cases(sigma: float, side: int) -> tuple[DenoisingCase, ...]:
    """Return the middles of Set12 with noise, as a batch that is judged by PSNR."""
    pairs = noisy_set12(SHARED / "data" / "set12", sigma)
    clean, noisy = (middles([pair[i] for pair in pairs], side) for i in (1, 2))
    return denoising_cases(list(noisy), list(clean), sigma, "psnr")


def mean_psnr(prior: Prior, sigma: float, solver: Solver) -> dict[str, float]:
    """Denoise all of Set12 and return mean PSNR, largest gap, mean iterations and seconds an image."""
    scores, gaps, iterations, started = [], [], [], time.perf_counter()
    for _, clean, noisy in noisy_set12(SHARED / "data" / "set12", sigma):
        denoised = reconstruct(noisy_images(noisy[None], sigma), prior, solver)
        scores.append(psnr(denoised.image[0], clean))
        gaps.append(denoised.gap)
        iterations.append(denoised.iterations)
    seconds = (time.perf_counter() - started) / len(scores)
    count = len(scores)
    return {
        "psnr": sum(scores) / count,
        "gap": max(gaps),
        "iterations": sum(iterations) / count,
        "seconds": seconds,
    }
