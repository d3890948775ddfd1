"""What the options of `recon denoise` say of the noise."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import ReconError

if TYPE_CHECKING:
    from ..workflows.denoising.noise import Noise


def choose_noise(
    kind: Literal["gaussian", "poisson"],
    sigma: str | None,
    units: Literal["8bit", "data"],
    gain: str | None = None,
    read_noise: float | None = None,
    offset: float = 0.0,
    spectrum: str | None = None,
    weighted: bool = False,
) -> Noise:
    """Return the noise that the options describe.

    Args:
        kind: of the noise.
        sigma: a number, numbers for the channels with commas between them, `auto`, `planes` or an image.
        units: of sigma.
        gain: counts for each electron or photon, or `auto`.
        read_noise: of the detector, in counts.
        offset: counts without light.
        spectrum: of correlated noise, `auto` or an image of noise alone.
        weighted: whether counts are weighted by their noise, and not made white.

    Raises:
        ReconError: when an option is missing, out of range, or belongs to another kind.
    """
    import numpy as np

    from ..files.images.maps import read_map
    from ..workflows.denoising.noise import GaussianNoise
    from ..workflows.denoising.noise_correlated import CorrelatedNoise
    from ..workflows.denoising.noise_counts import PoissonNoise, UnknownGain
    from ..workflows.denoising.noise_counts_weighted import WeightedPoissonNoise
    from ..workflows.denoising.noise_map import NoiseMap
    from ..workflows.denoising.poisson import CountModel

    if kind == "poisson":
        if spectrum:
            raise ReconError("--noise-spectrum is for Gaussian noise, not for --noise poisson", 2)
        if sigma is not None or units != "8bit":
            raise ReconError("--sigma is for Gaussian noise; for --noise poisson give --gain", 2)
        if gain is None:
            raise ReconError(
                "--noise poisson needs --gain, the counts for each electron or photon, or --gain auto", 2
            )
        counted = WeightedPoissonNoise if weighted else PoissonNoise
        if gain == "auto":
            return counted(UnknownGain(read_noise, offset))
        return counted(CountModel(_number(gain, "--gain"), read_noise or 0.0, offset))
    if gain is not None or read_noise or offset:
        raise ReconError("--gain, --read-noise and --offset are for --noise poisson", 2)
    if spectrum:
        strength = choose_noise(kind, sigma or "auto", units)
        if not isinstance(strength, GaussianNoise):
            raise ReconError("--noise-spectrum takes a number for --sigma, not a map", 2)
        if spectrum == "auto":
            return CorrelatedNoise(strength)
        return CorrelatedNoise.from_file(Path(spectrum), strength)
    if sigma is None:
        raise ReconError("give the noise level, as --sigma 25, or --sigma auto", 2)
    if sigma in ("auto", "planes"):
        if units != "8bit":
            raise ReconError(f"--sigma {sigma} takes no --sigma-units", 2)
        return GaussianNoise("auto" if sigma == "auto" else "planes")
    path = map_of(sigma)
    if path:
        return NoiseMap(read_map(path, "a map of sigma").astype(np.float64), units, str(path))
    try:
        levels = tuple(float(level) for level in sigma.split(","))
    except ValueError:
        levels = (math.nan,)
    if not all(0 < level < math.inf for level in levels):
        raise ReconError(
            "--sigma has to be a positive number, one for each channel, auto, planes or an image, and is "
            f"{sigma}",
            2,
        )
    return GaussianNoise(levels[0] if len(levels) == 1 else levels, units)


def map_of(option: str | None) -> Path | None:
    """Return the image that an option such as `--sigma` names, or None."""
    from ..files.images import SUFFIXES

    path = Path(option or "auto")
    return path if path.suffix.lower() in SUFFIXES else None


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ReconError(f"{option} has to be a number or auto, and is {text}", 2) from None
