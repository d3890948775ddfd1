"""An acquisition of several frames, made ready: masks, coil maps, image model and scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.masks import fit_mask
from .acquisition import check_full, has_phase, robust_scale, zeros_as_mask
from .coils import estimate_maps
from .masks import Pattern, generate_mask
from .measurement import ImageModel, measure
from .noise import KSpaceNoise, noise_of_samples
from .origin import doubt_origin
from .recognise import check_kspace

if TYPE_CHECKING:
    from ...engine.measurement import Measurement
    from ...engine.operators.fourier import Origin
    from ...files.kspace.samples import KSpace

Maps = NDArray[np.complex64] | Literal["auto"] | None


@dataclass(frozen=True)
class Undersampling:
    """Which samples are used.

    Attributes:
        mask: `(height, width)`, or None.
        pattern: of a generated mask, in place of `mask`; without either, exact zeros were not sampled.
        ratio: share of the samples of a generated mask.
        seed: of its chance.
    """

    mask: NDArray[np.bool_] | None = None
    pattern: Pattern | None = None
    ratio: float = 0.3
    seed: int = 0


@dataclass(frozen=True)
class ChosenMask:
    """The mask that the user chose, for k-space of any size; without one, that of each file.

    Attributes:
        read: the content of a file, which `fit_mask` brings to the size of k-space, or None.
        name: of that file.
        pattern: of a generated mask, in place of `read`.
        ratio: share of its samples.
        seed: of its chance.
    """

    read: NDArray[np.bool_] | None = None
    name: str = ""
    pattern: Pattern | None = None
    ratio: float = 0.3
    seed: int = 0

    def of(self, measured: KSpace) -> Undersampling:
        """Return which samples of a file are used.

        Raises:
            ReconError: when the mask has another size.
        """
        if self.pattern:
            return Undersampling(None, self.pattern, self.ratio, self.seed)
        if self.read is None:
            return Undersampling(measured.mask)
        height, width = measured.samples.shape[2:]
        return Undersampling(fit_mask(self.read, height, width, self.name))


@dataclass(frozen=True)
class Study:
    """Frames that are ready to be reconstructed.

    Attributes:
        samples: `(frames, coils, height, width)`.
        masks: `(frames, height, width)`, or `(1, height, width)` for all.
        maps: coil maps for all frames, `auto` to estimate those of each frame, or None with one coil.
        scale: what k-space is multiplied by.
        image: the image model.
        fft: where image and k-space have their origin.
        noise: of k-space; None where strengths do not follow from it.
        bound: largest magnitude of a pixel after scaling.
        coils: most combinations of coils that are kept, or None.
        warnings: sentences for the user.
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

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.samples)

    def mask(self, frame: int) -> NDArray[np.bool_]:
        """Return the mask of a frame, `(height, width)`."""
        return self.masks[frame if len(self.masks) > 1 else 0]

    def measurement(self, frame: int) -> Measurement:
        """Return the measurement of a frame; its coil maps are estimated where none are given."""
        samples, mask = self.samples[frame], self.mask(frame)
        maps, noise = self.coil_maps(frame), self.noise
        if noise is not None and maps is not None and maps.shape == samples.shape:
            noise = noise.beside(samples * mask, mask, maps, self.fft)
        return measure(
            samples,
            mask,
            image=self.image,
            fft=self.fft,
            maps=maps,
            scale=self.scale,
            noise=noise,
            bound=self.bound,
            coils=self.coils,
        )

    def coil_maps(self, frame: int) -> NDArray[np.complex64] | None:
        """Return the coil maps of a frame, estimated where none are given, or None with one coil."""
        if not isinstance(self.maps, str):
            return self.maps
        seen = self.samples[frame] * self.mask(frame)
        if self.noise is None:
            return estimate_maps(seen, self.fft)
        return self.noise.unwhitened(estimate_maps(self.noise.whitened(seen), self.fft))


def prepare(
    samples: NDArray[np.complex64],
    undersampling: Undersampling,
    fft: Origin = "centered",
    *,
    maps: Maps = None,
    image: ImageModel | Literal["auto"] = "auto",
    scale: float | None = None,
    noise: KSpaceNoise | float | None = None,
    most_coils: int | None = None,
) -> Study:
    """Decide what the user left open.

    Args:
        samples: `(frames, coils, height, width)`.
        undersampling: which samples are used.
        fft: where image and k-space have their origin.
        maps: coil maps, `(coils, height, width)`; with None and several coils they are estimated.
        image: the image model; `auto` takes `real` for one coil whose low frequencies have no phase.
        scale: what k-space is multiplied by; with None, what maps the brightest pixels to 0.8, see
            `robust_scale`.
        noise: of k-space, or its level, the standard deviation of its complex noise in its units; with None
            it is estimated.
        most_coils: combinations of coils that are kept at most; None keeps those that hold more than noise.

    Raises:
        ReconError: when a mask samples nothing, or would undersample what is undersampled already, or the
            scale is not positive.
    """
    if scale is not None and not 0 < scale < math.inf:
        raise ReconError(f"--scale has to be a positive number, and is {scale:g}", 2)
    coils, centred = samples.shape[1], fft != "uncentered"
    masks = _masks(samples, undersampling, centred)
    middle = samples[len(samples) // 2] * masks[len(masks) // 2]
    check_kspace(middle)
    doubt = doubt_origin(samples[len(samples) // 2], fft)
    if coils > 1 and maps is None:
        maps = "auto"
    if coils == 1 and isinstance(maps, str):
        maps = None
    if image == "auto":
        image = "complex" if coils > 1 or maps is not None or has_phase(middle, centred) else "real"
    factor = robust_scale(samples, masks) if scale is None else scale
    if not isinstance(noise, KSpaceNoise):
        found = noise_of_samples(samples[len(samples) // 2], masks[len(masks) // 2], centred)
        noise = found if noise is None else found.at_level(noise)
    warnings = (doubt,) if doubt else ()
    return Study(samples, masks, maps, factor, image, fft, noise, coils=most_coils, warnings=warnings)


def _masks(samples: NDArray[np.complex64], undersampling: Undersampling, centred: bool) -> NDArray[np.bool_]:
    height, width = samples.shape[2:]
    if undersampling.mask is not None:
        masks = undersampling.mask[None]
    elif undersampling.pattern is not None:
        for frame in samples:
            check_full(frame, undersampling.pattern)
        pattern, ratio, seed = undersampling.pattern, undersampling.ratio, undersampling.seed
        masks = generate_mask(pattern, height, width, ratio, seed, centred)[None]
    else:
        masks = np.stack([zeros_as_mask(frame) for frame in samples])
        if (masks == masks[0]).all():
            masks = masks[:1]
    if not masks.any((1, 2)).all():
        raise ReconError("a frame of k-space was not sampled at all")
    return masks
