"""What the options of `recon denoise` say of the noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from ..errors import ReconError

if TYPE_CHECKING:
    from ..workflows.denoising.noise import Noise


def choose_noise(
    kind: Literal["gaussian", "poisson"],
    sigma: str | None,
    units: Literal["8bit", "data"],
    gain: float | None,
    read_noise: float,
    offset: float,
) -> Noise:
    """Return the noise that the options describe.

    Args:
        kind: of the noise.
        sigma: a number, numbers for the channels with commas between them, `auto` or `planes`.
        units: of sigma.
        gain: counts an electron.
        read_noise: of the detector, in counts.
        offset: counts without light.

    Raises:
        ReconError: when an option is missing, out of range, or belongs to another kind.
    """
    from ..workflows.denoising.noise import GaussianNoise, PoissonNoise
    from ..workflows.denoising.poisson import CountModel

    if kind == "poisson":
        if sigma is not None or units != "8bit":
            raise ReconError("--sigma is for Gaussian noise; for --noise poisson give --gain", 2)
        if gain is None:
            raise ReconError("--noise poisson needs --gain, the counts an electron or photon", 2)
        return PoissonNoise(CountModel(gain, read_noise, offset))
    if gain is not None or read_noise or offset:
        raise ReconError("--gain, --read-noise and --offset are for --noise poisson", 2)
    if sigma is None:
        raise ReconError("give the noise level, as --sigma 25, or --sigma auto", 2)
    if sigma in ("auto", "planes"):
        if units != "8bit":
            raise ReconError(f"--sigma {sigma} takes no --sigma-units", 2)
        return GaussianNoise("auto" if sigma == "auto" else "planes")
    try:
        levels = tuple(float(level) for level in sigma.split(","))
    except ValueError:
        levels = (math.nan,)
    if not all(0 < level < math.inf for level in levels):
        raise ReconError(
            f"--sigma has to be a positive number, one for each channel, auto or planes, and is {sigma}", 2
        )
    return GaussianNoise(levels[0] if len(levels) == 1 else levels, units)
