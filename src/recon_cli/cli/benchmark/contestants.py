"""Methods and cases as the options describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...device import Device
    from ...engine.operators.fourier import Origin
    from ...files.named import Named
    from ...workflows.benchmark.contest import Case, Contestant

DENOISERS = "Of model:full, model:early-stop, model:unrolled, crr, tv, nlm, wavelet."
RECONSTRUCTIONS = "Of zero-filling, tv, crr, model:full, model:early-stop, model:unrolled."


class Sampling(NamedTuple):
    """How k-space is simulated.

    Attributes:
        mask: pattern or file.
        ratio: of a pattern.
        seed: of a pattern.
        fft: where a file has its low frequencies.
        noise: of 255.
    """

    mask: str
    ratio: float
    seed: int
    fft: Origin
    noise: float


def denoisers(
    methods: str,
    models: Sequence[str] | None,
    sigma: float,
    border: Literal["extend", "paper"],
    device: Device,
) -> list[Contestant]:
    """Return the methods that denoise.

    Raises:
        ReconError: when one is unknown or has no parameters.
    """
    from ...workflows.benchmark.denoising import OTHERS, denoising_contestant
    from ...workflows.benchmark.entries import models_by_method, parse_entries
    from ...workflows.denoising.denoise import DenoiseOptions

    return [
        denoising_contestant(entry, sigma, DenoiseOptions(entry.mode, border=border, device=device))
        for entry in parse_entries(methods, OTHERS, models_by_method(models or []))
    ]


def reconstructions(
    methods: str,
    models: Sequence[str] | None,
    images: Sequence[Named],
    sampling: Sampling,
    draws: int,
    tuned: bool,
    device: Device,
) -> tuple[list[Contestant], list[Case], list[NDArray[np.bool_]]]:
    """Return the methods that reconstruct, the cases, and the mask of each image.

    Raises:
        ReconError: when a method is unknown or has no parameters, or a mask does not fit.
    """
    from ...workflows.benchmark.entries import models_by_method, parse_entries
    from ...workflows.benchmark.kspace import OTHERS, kspace_cases_of, kspace_contestant
    from ...workflows.mri.options import MriOptions
    from ..undersampling import mask_to_simulate

    entries = parse_entries(methods, OTHERS, models_by_method(models or []))
    options = MriOptions(device=device, fft=sampling.fft)
    masks = [
        mask_to_simulate(sampling.mask, sampling.ratio, sampling.seed, height, width, options.centred)
        for height, width in (image.pixels.shape for image in images)
    ]
    by_shape = {mask.shape: mask for mask in masks}
    contestants = [
        kspace_contestant(entry, options, lambda samples: by_shape[samples.shape], tuned) for entry in entries
    ]
    return contestants, kspace_cases_of(images, masks, sampling.noise, draws, options.fft), masks
