"""What was read of a file of k-space, made ready: on a grid, or readouts with a trajectory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...errors import ReconError
from .finishing import series_of
from .noise import known_noise
from .readouts import prepare_readouts
from .study import Maps, prepare

if TYPE_CHECKING:
    from ...engine.operators.fourier import Origin
    from ...files.kspace.samples import KSpace
    from .measurement import ImageModel
    from .sampling import Undersampling
    from .study import Study


def study_of(
    measured: KSpace,
    mask: Undersampling,
    fft: Origin = "centered",
    *,
    maps: Maps = None,
    image: ImageModel | Literal["auto"] = "auto",
    scale: float | None = None,
    noise_level: float | None = None,
    coils: int | None = None,
) -> Study:
    """Return the frames of a file, ready to be reconstructed.

    Args:
        measured: what the file holds.
        mask: which samples are used.
        fft: where image and k-space have their origin.
        maps: coil maps, `auto` to estimate them, None for those of the file.
        image: see `prepare`.
        scale: what k-space is multiplied by, as it is stored; None finds it.
        noise_level: standard deviation of the complex noise of k-space as it is stored; None takes that of a
            noise scan, or estimates it.
        coils: most combinations of coils that are kept, see `prepare`.

    Raises:
        ReconError: when a mask or another origin is asked for of readouts, or as `prepare` does.
    """
    if maps is None:
        maps = measured.maps
    scale = None if scale is None else scale * measured.unit
    noise, series = known_noise(measured.noise, noise_level, measured.unit), series_of(measured)
    if measured.details.trajectory is not None:
        if mask.mask is not None or mask.pattern or fft != "centered":
            raise ReconError("readouts with a trajectory take neither --mask nor --fft; leave them out", 2)
        return prepare_readouts(
            measured, maps=maps, image=image, scale=scale, noise=noise, series=series, most_coils=coils
        )
    return prepare(
        measured.samples,
        mask.of(measured),
        fft,
        maps=maps,
        image=image,
        scale=scale,
        noise=noise,
        calibration=measured.details.calibration,
        series=series,
        most_coils=coils,
    )
