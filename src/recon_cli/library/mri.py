"""Reconstruct MRI from arrays and tensors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypeVar, get_args, overload

import numpy as np
import torch
from numpy.typing import NDArray

from ..arguments import instance, one_of, positive
from ..engine.operators.fourier import Origin
from ..errors import ReconError
from ..files.kspace.unit import divided, multiplied, unit_of
from ..priors.dictionary import DictionaryPrior
from ..priors.prior import Prior
from ..reconstruction import Reconstruction
from ..solver import Solver
from ..workflows.mri.frames import reconstruct_kspace
from ..workflows.mri.measurement import ImageModel
from ..workflows.mri.noise import known_noise
from ..workflows.mri.sampling import Undersampling
from ..workflows.mri.study import prepare
from .arrays import as_array, like

Array = TypeVar("Array", NDArray[Any], torch.Tensor)


@overload
def mri(
    kspace: Array,
    mask: Array | None = ...,
    *,
    maps: Array | Literal["auto"] | None = ...,
    image: ImageModel | Literal["auto"] = ...,
    fft: Origin = ...,
    scale: float | None = ...,
    noise_level: float | None = ...,
    prior: Prior | None = ...,
    solver: Solver | None = ...,
    report: Literal[False] = ...,
) -> Array: ...


@overload
def mri(
    kspace: Array,
    mask: Array | None = ...,
    *,
    maps: Array | Literal["auto"] | None = ...,
    image: ImageModel | Literal["auto"] = ...,
    fft: Origin = ...,
    scale: float | None = ...,
    noise_level: float | None = ...,
    prior: Prior | None = ...,
    solver: Solver | None = ...,
    report: Literal[True],
) -> tuple[Array, Reconstruction]: ...


def mri(
    kspace: Array,
    mask: Array | None = None,
    *,
    maps: Array | Literal["auto"] | None = None,
    image: ImageModel | Literal["auto"] = "auto",
    fft: Origin = "centered",
    scale: float | None = None,
    noise_level: float | None = None,
    prior: Prior | None = None,
    solver: Solver | None = None,
    report: bool = False,
) -> Array | tuple[Array, Reconstruction]:
    """Reconstruct images from undersampled Cartesian k-space.

    Args:
        kspace: complex, `(height, width)`, `(coils, height, width)` or `(frames, coils, height, width)`;
            samples of the orthonormal Fourier transform, any scale.
        mask: where it was sampled, `(height, width)`, zero or false elsewhere; None takes exact zeros for not
            sampled.
        maps: coil sensitivities, `(coils, height, width)`; `auto` or None with several coils estimates them
            by ESPIRiT.
        image: pixels that are `real` in [0, 1], or `complex` with magnitude up to 1, after scaling; `auto`
            looks at coils and phase.
        fft: where image and k-space have their origin.
        scale: factor for k-space, undone in the result; None brings bright pixels to 0.8.
        noise_level: standard deviation of the complex noise, in the units of k-space; None estimates it.
            Strengths of priors follow from it.
        prior: what is assumed of images; the learned model when left out.
        solver: mode, tolerance, limits and device; the settled minimum when left out.
        report: return, besides, how the result came about, with its certified gap.

    Returns:
        `(height, width)`, or `(frames, height, width)` where there were frames, real or complex, in the units
        of k-space, of its kind, precision and device; with `report` a pair. All is computed in single
        precision.

    Raises:
        ReconError: when an argument is not one of those, shapes do not fit, nothing was sampled, or no
            strengths are known.
    """
    samples = as_array(kspace, "k-space")
    if samples.dtype.kind != "c" or not 2 <= samples.ndim <= 4:
        raise ReconError(
            "k-space is complex, (height, width), (coils, height, width) or (frames, coils, height, width), "
            f"not {samples.dtype} of the shape {samples.shape}",
            2,
        )
    if not samples.size:
        raise ReconError(f"k-space of the shape {samples.shape} is empty", 2)
    if not np.isfinite(samples).all():
        raise ReconError("k-space has NaN or infinite samples")
    one_of("fft", fft, get_args(Origin))
    one_of("image", image, ("auto", *get_args(ImageModel)))
    taken = None if mask is None else as_array(mask, "mask") != 0
    coils = (
        maps if maps is None or isinstance(maps, str) else as_array(maps, "coil maps").astype(np.complex64)
    )
    if isinstance(coils, str):
        one_of("maps", coils, ("auto",))
    elif coils is not None and not np.isfinite(coils).all():
        raise ReconError("the coil maps have NaN or infinite values")
    if scale is not None:
        positive("scale", scale)
    if noise_level is not None:
        positive("noise_level", noise_level)
    unit = unit_of(samples)
    frames = np.asarray(divided(samples, unit), np.complex64)
    frames = frames.reshape((1,) * (4 - samples.ndim) + samples.shape)
    if taken is not None and taken.shape != frames.shape[2:]:
        raise ReconError(f"the mask has shape {taken.shape}, k-space has {frames.shape[2:]}", 2)
    undersampling = Undersampling(taken)
    study = prepare(
        frames,
        undersampling,
        fft,
        maps=coils,
        image=image,
        scale=None if scale is None else scale * unit,
        noise=known_noise(None, noise_level, unit),
    )
    chosen, solver = prior or DictionaryPrior(), solver or Solver()
    instance("prior", chosen, Prior)
    instance("solver", solver, Solver)
    done = reconstruct_kspace(study, chosen, solver).result
    images = multiplied(np.asarray(done.image), unit)
    images = images.astype(np.result_type(images.dtype, samples.real.dtype), copy=False)
    made = like(images if samples.ndim == 4 else images[0], kspace)
    return (made, replace(done, image=made)) if report else made
