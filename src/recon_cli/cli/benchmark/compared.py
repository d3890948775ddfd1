"""Methods and simulated k-space as the options describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ...device import Device
    from ...engine.operators.fourier import Origin
    from ...files.named import Named
    from ...priors.dictionary import Border
    from ...workflows.benchmark.methods import ComparedMethod
    from ...workflows.benchmark.simulations import UndersampledScan

DENOISERS = (
    "Methods with commas between them, of model:settled, model:full, model:early-stop, "
    "model:unrolled, crr, tv, nlm, wavelet."
)
RECONSTRUCTIONS = (
    "Methods with commas between them, of zero-filling, tv, wavelet, crr, model:settled, "
    "model:full, model:early-stop, model:unrolled."
)
SEEN = "Methods with commas between them, of model:settled, model:full, crr, tv."


class ScanOptions(NamedTuple):
    """How k-space is simulated.

    Attributes:
        mask: pattern or file.
        ratio: of a pattern.
        seed: of a pattern.
        fft: where a file has its low frequencies.
        noise: in 8-bit grey levels.
        coils: how many.
    """

    mask: str
    ratio: float
    seed: int
    fft: Origin
    noise: float
    coils: int = 1


def denoisers(
    methods: str,
    models: Sequence[str] | None,
    sigma: float | None,
    device: Device,
    *,
    border: Border = "extend",
    minima: bool = False,
    tuned: bool = False,
) -> list[ComparedMethod]:
    """Return the methods that denoise, or undo what cameras and scans do.

    Args:
        methods: their names.
        models: bundled names and files.
        sigma: noise level, of 255; of what is no denoising the one whose strengths suit it.
        device: of the computation.
        border: of the model.
        minima: whether those are left out that have no minimum.
        tuned: whether each is tuned for each image.

    Raises:
        ReconError: when a method is unknown, or has no parameters.
    """
    from ...workflows.benchmark.entries import parse_entries
    from ...workflows.benchmark.methods import compared_method

    return [
        compared_method(entry, "denoise", sigma, tuned=tuned, border=border, device=device)
        for entry in parse_entries(methods, "denoise", models or [], minima)
    ]


def reconstructions(
    methods: str,
    models: Sequence[str] | None,
    images: Sequence[Named],
    scan: ScanOptions,
    draws: int,
    tuned: bool,
    device: Device,
) -> tuple[list[ComparedMethod], list[UndersampledScan]]:
    """Return the methods that reconstruct, and the k-space of all images and draws.

    Raises:
        ReconError: when a method is unknown or has no parameters, or a mask does not fit.
    """
    from ...workflows.benchmark.entries import parse_entries
    from ...workflows.benchmark.methods import compared_method
    from ...workflows.benchmark.simulations import scan_simulations
    from ..undersampling import mask_to_simulate

    entries = parse_entries(methods, "mri", models or [])
    masks = [
        mask_to_simulate(scan.mask, scan.ratio, scan.seed, height, width, scan.fft != "uncentered")
        for height, width in (image.pixels.shape for image in images)
    ]
    compared = [compared_method(entry, "mri", tuned=tuned, device=device) for entry in entries]
    return compared, scan_simulations(images, masks, scan.noise, draws, scan.fft, scan.coils)
