"""Reconstruct an image from undersampled k-space with a dictionary."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.domain import to_complex
from ...engine.fourier import MaskedFourier, Sampling
from ...engine.linear import LinearOperator
from ...engine.problem import Problem
from ...engine.sense import Sense
from ...errors import ReconError
from ...models.tuned import Tuned
from ..device import choose_device
from ..solving import SolverOptions, solve
from .coils import limit_maps

if TYPE_CHECKING:
    from ...engine.result import Callback, Result
    from ...models.dictionary import Dictionary

ImageModel = Literal["real", "complex"]


@dataclass(frozen=True)
class MriOptions(SolverOptions):
    """How k-space is reconstructed.

    Attributes:
        image: `real` keeps pixels in [0, 1], `complex` their magnitude at most 1, and real and imaginary
            part share the dictionary.
        centred: whether the origin of image and k-space is in the middle, or at `(0, 0)`.
    """

    image: ImageModel = "real"
    centred: bool = True


@dataclass(frozen=True)
class Reconstructed:
    """A reconstructed frame and how it came about.

    Attributes:
        image: `(height, width)`, float32 or complex64, in the units of k-space.
        zero_filled: the image that the solver started from, in the same units, not clipped.
        result: the solver's answer, scaled.
        parameters: beta, lam and tolerance that were used.
        seconds: wall-clock time of the solver.
        device: where it ran.
    """

    image: NDArray[Any]
    zero_filled: NDArray[Any]
    result: Result
    parameters: Tuned
    seconds: float
    device: str


def reconstruct(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    dictionary: Dictionary,
    options: MriOptions | None = None,
    *,
    maps: NDArray[np.complex64] | None = None,
    scale: float = 1.0,
    callback: Callback | None = None,
    start: Result | None = None,
) -> Reconstructed:
    """Reconstruct one frame.

    Args:
        samples: `(coils, height, width)`; what lies off the mask is ignored.
        mask: `(height, width)`, where k-space was sampled.
        dictionary: the model.
        options: how; the certified minimum for a real image when left out.
        maps: coil sensitivities, `(coils, height, width)`; needed with more than one coil.
        scale: k-space is multiplied by this, and the result divided, so that intensities suit the model.
        callback: called with the solver's status.
        start: the result of other parameters to go on from, see `solve`.

    Returns:
        The image with the solver's result.

    Raises:
        ReconError: when the shapes do not fit, the image is smaller than a patch, nothing is sampled, or
            no parameters are known.
    """
    options = options or MriOptions()
    parameters = mri_parameters(dictionary, options)
    _check(samples, mask, maps, dictionary)
    device = choose_device(options.device)
    parts = 2 if options.image == "complex" else 1
    sampling = Sampling(torch.from_numpy(mask).to(device), options.centred)
    operator: LinearOperator = MaskedFourier(sampling, parts)
    data = torch.from_numpy(samples * mask * np.float32(scale)).to(device)
    units = scale
    if maps is None:
        data = data[0]
    else:
        maps, largest = limit_maps(maps)
        units = scale * largest  # the image times the maps is what k-space holds
        operator = Sense(sampling, torch.from_numpy(maps).to(device), parts)
    started = time.perf_counter()
    with torch.inference_mode():
        thresholds = dictionary.thresholds(parameters.lam)
        problem = Problem.create(
            operator, data[None], dictionary.atoms, parameters.beta, thresholds, dictionary.variant
        )
        result = solve(problem, options, parameters.tol, callback, start)
    image, zero_filled = (
        (x[0] if parts == 1 else to_complex(x, 2)[0]).cpu().numpy() / np.float32(units)
        for x in (result.image, problem.start)
    )
    seconds = time.perf_counter() - started
    return Reconstructed(image, zero_filled, result, parameters, seconds, device)


def mri_parameters(dictionary: Dictionary, options: MriOptions) -> Tuned:
    """Return what the solver is called with, see `SolverOptions.complete`.

    A dictionary keeps its parameters for MRI under `mri-` and the mode.

    Raises:
        ReconError: when beta or lam is missing.
    """
    tuned = dictionary.tuned.get(f"mri-{options.mode}")
    return options.complete(tuned, f"{dictionary.name} has no parameters for MRI in mode {options.mode}")


def _check(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    maps: NDArray[np.complex64] | None,
    dictionary: Dictionary,
) -> None:
    coils, height, width = samples.shape
    size = dictionary.patch_size
    if min(height, width) < size:
        raise ReconError(f"the image has {height} x {width} pixels, smaller than a patch of {size} x {size}")
    if mask.shape != (height, width):
        raise ReconError(f"the mask has shape {mask.shape}, k-space has {(height, width)}")
    if not np.any(samples[:, mask]):
        raise ReconError("k-space holds no energy under the mask")
    if maps is None and coils > 1:
        raise ReconError(f"k-space of {coils} coils needs coil maps: --maps FILE or --maps auto")
    if maps is not None and maps.shape != samples.shape:
        raise ReconError(f"the coil maps have shape {maps.shape}, k-space has {samples.shape}")
