"""An acquisition of several frames, made ready: masks, coil maps, image model and scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .acquisition import has_phase, robust_scale, zeros_as_mask
from .coils import COMPLETE, calibration_side, estimate_maps
from .measurement import ImageModel, measure
from .noise import KSpaceNoise, noise_of_samples
from .origin import doubt_origin
from .recognise import check_kspace
from .sampling import Undersampling, blank_frames, blank_words, masks_of

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from ...engine.operators.fourier import Origin

Maps = NDArray[np.complex64] | Literal["auto"] | None


@dataclass(frozen=True)
class Study:
    """Frames that are ready to be reconstructed.

    Attributes:
        samples: `(frames, coils, height, width)`.
        masks: `(frames, height, width)`, or `(1, height, width)` for all.
        maps: coil maps for all frames, or one for each slice, or several sets for each, `auto` to estimate
            those of each frame, or None with one coil.
        scale: what k-space is multiplied by.
        image: the image model.
        fft: where image and k-space have their origin.
        noise: of k-space; None where strengths do not follow from it.
        bound: largest magnitude of a pixel after scaling.
        coils: most combinations of coils that are kept, or None.
        warnings: sentences for the user.
        calibration: k-space that coil maps are estimated from, one for each slice; None takes the frames'.
        series: frames of a slice, next to each other.
        blank: frames without any samples, whose images are zero.
    """

    samples: NDArray[np.complex64]
    masks: NDArray[np.bool_]
    maps: Maps
    scale: float
    image: ImageModel
    fft: Origin
    noise: KSpaceNoise | None = None
    bound: float = 1.0
    coils: int | None = None
    warnings: tuple[str, ...] = ()
    calibration: NDArray[np.complex64] | None = None
    series: int = 1
    blank: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.samples)

    def mask(self, frame: int) -> NDArray[np.bool_]:
        """Return the mask of a frame, `(height, width)`."""
        return self.masks[frame if len(self.masks) > 1 else 0]

    def measurement(self, frame: int) -> Measurement:
        """Return the measurement of a frame; its coil maps are estimated where none are given."""
        samples, mask = self.samples[frame], self.mask(frame)
        maps = self.coil_maps(frame)
        return measure(
            samples,
            mask,
            image=self.image,
            fft=self.fft,
            maps=maps,
            scale=self.scale,
            noise=self.noise_beside(samples * mask, mask, maps),
            bound=self.bound,
            coils=self.coils,
        )

    def evened(self, residual: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a residual of the first frame, see `data_residual`, with noise as strong in every sample."""
        return residual

    def noise_beside(
        self,
        samples: NDArray[np.complex64],
        mask: NDArray[np.bool_] | None,
        maps: NDArray[np.complex64] | None,
    ) -> KSpaceNoise | None:
        """Return the noise with what coil maps leave unexplained of a frame's samples, see `beside`."""
        if self.noise is None or maps is None or maps.shape[-3:] != samples.shape:
            return self.noise
        return self.noise.beside(samples, mask, maps, self.fft)

    def coil_maps(self, frame: int) -> NDArray[np.complex64] | None:
        """Return the coil maps of a frame, estimated where none are given, or None with one coil.

        They are `(coils, height, width)`, or several sets, `(sets, coils, height, width)`.
        """
        if not isinstance(self.maps, str):
            return self.maps if self.maps is None else _map_of(self.maps, frame, len(self))
        seen = self._calibration(frame)
        if self.noise is None:
            return estimate_maps(seen, self.fft)
        return self.noise.unwhitened(estimate_maps(self.noise.whitened(seen), self.fft))

    def alone(self, frame: int) -> Self:
        """Return a frame as a study, with its coil maps where they are not estimated from it alone."""
        maps, calibration = self.maps, self.calibration
        if isinstance(maps, np.ndarray):
            maps = _map_of(maps, frame, len(self))
            maps = maps if maps.ndim == 3 else maps[None]
        elif maps is not None:
            calibration = self._calibration(frame)[None]
        alone = slice(frame, frame + 1)
        masks = self.masks[alone] if len(self.masks) > 1 else self.masks
        return replace(
            self,
            samples=self.samples[alone],
            masks=masks,
            maps=maps,
            calibration=calibration,
            series=1,
            blank=(),
        )

    def _calibration(self, frame: int) -> NDArray[np.complex64]:
        """Return what a frame's coil maps are estimated from.

        Frames of a slice see it by the same coils: where not every one has the middle of k-space complete,
        they are put together.
        """
        if self.calibration is not None:
            lines = _map_of(self.calibration, frame, len(self))
            if lines.any():
                return lines
        own = self.samples[frame] * self.mask(frame)
        side = self._complete(own)
        if self.series == 1 or side == COMPLETE:
            return own
        first = frame - frame % self.series
        total, count = np.zeros_like(own), np.zeros(own.shape[1:], np.float32)
        for other in range(first, first + self.series):
            total += self.samples[other] * self.mask(other)
            count += self.mask(other) & (other not in self.blank)
        together = total / np.maximum(count, 1)
        return together if self._complete(together) > side else own

    def _complete(self, samples: NDArray[np.complex64]) -> int:
        sampled = zeros_as_mask(samples)
        return calibration_side(np.fft.fftshift(sampled) if self.fft == "uncentered" else sampled)


def _map_of(each: NDArray[np.complex64], frame: int, frames: int) -> NDArray[np.complex64]:
    """Return that of a frame's slice, of `(slices, ..., coils, height, width)` or one for all."""
    return each if each.ndim == 3 else each[frame * len(each) // frames]


def prepare(
    samples: NDArray[np.complex64],
    undersampling: Undersampling,
    fft: Origin = "centered",
    *,
    maps: Maps = None,
    image: ImageModel | Literal["auto"] = "auto",
    scale: float | None = None,
    noise: KSpaceNoise | float | None = None,
    calibration: NDArray[np.complex64] | None = None,
    series: int = 1,
    most_coils: int | None = None,
) -> Study:
    """Decide what the user left open.

    Args:
        samples: `(frames, coils, height, width)`.
        undersampling: which samples are used.
        fft: where image and k-space have their origin.
        maps: coil maps, `(coils, height, width)`, or one for each slice; with None several coils'
            are estimated.
        image: the image model; `auto` takes `real` for one coil whose low frequencies have no phase.
        scale: what k-space is multiplied by; with None, what maps the brightest pixels to 0.8, see
            `robust_scale`.
        noise: of k-space, or its level, the standard deviation of its complex noise in its units; with None
            it is estimated.
        calibration: k-space for coil maps alone, one for each slice.
        series: frames of a slice, next to each other.
        most_coils: combinations of coils that are kept at most; None keeps those that hold more than noise.

    Raises:
        ReconError: when a mask samples nothing, or would undersample what is undersampled already, or the
            scale is not positive.
    """
    if scale is not None and not 0 < scale < math.inf:
        raise ReconError(f"--scale has to be a positive number, and is {scale:g}", 2)
    coils, centred = samples.shape[1], fft != "uncentered"
    masks = masks_of(samples, undersampling, centred)
    _check_maps(maps, len(samples), series)
    blank = blank_frames(samples, masks)
    shown = [frame for frame in range(len(samples)) if frame not in blank]
    place = shown[len(shown) // 2]
    mask = masks[place if len(masks) > 1 else 0]
    middle = samples[place] * mask
    check_kspace(samples[place])  # of images, a mask of chance would hide what they are
    doubts = [doubt_origin(samples[place], fft), blank_words(blank, len(samples))]
    if coils > 1 and maps is None:
        maps = "auto"
    if coils == 1 and isinstance(maps, str):
        maps = None
    if image == "auto":
        image = "complex" if coils > 1 or maps is not None or has_phase(middle, centred) else "real"
    factor = robust_scale(samples, masks) if scale is None else scale
    if not isinstance(noise, KSpaceNoise):
        found = noise_of_samples(samples[place], mask, centred)
        noise = found if noise is None else found.at_level(noise)
    return Study(
        samples,
        masks,
        maps,
        factor,
        image,
        fft,
        noise,
        warnings=tuple(filter(None, doubts)),
        calibration=calibration,
        series=series,
        blank=blank,
        coils=most_coils,
    )


def _check_maps(maps: Maps, frames: int, series: int) -> None:
    if isinstance(maps, np.ndarray) and maps.ndim > 3 and len(maps) not in (1, frames, frames // series):
        raise ReconError(f"there are coil maps for {len(maps)} slices, and k-space of {frames // series}")
