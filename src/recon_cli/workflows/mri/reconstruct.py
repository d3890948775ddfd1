"""Reconstruct an image from undersampled k-space with a dictionary."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.priors.dictionary.problem import PatchProblem
from ...errors import ReconError
from ...models.tuned import Tuned
from ..solving import solve
from .measurement import Frame, measure
from .options import MriOptions

if TYPE_CHECKING:
    from ...engine.priors.dictionary.solution import PatchSolution
    from ...engine.result import Callback
    from ...models.dictionary import Dictionary


@dataclass(frozen=True)
class Reconstructed(Frame):
    """A frame reconstructed by the model.

    Attributes:
        parameters: beta, lam and tolerance that were used.
    """

    result: PatchSolution
    parameters: Tuned


def reconstruct(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    dictionary: Dictionary,
    options: MriOptions | None = None,
    *,
    maps: NDArray[np.complex64] | None = None,
    scale: float = 1.0,
    callback: Callback | None = None,
    start: PatchSolution | None = None,
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
    size, (height, width) = dictionary.patch_size, samples.shape[1:]
    if min(height, width) < size:
        raise ReconError(f"the image has {height} x {width} pixels, smaller than a patch of {size} x {size}")
    measured = measure(samples, mask, options, maps, scale)
    started = time.perf_counter()
    with torch.inference_mode():
        thresholds = dictionary.thresholds(parameters.lam, dictionary.sigma)
        problem = PatchProblem.create(
            measured.operator,
            measured.data,
            dictionary.atoms,
            parameters.beta,
            thresholds,
            dictionary.variant,
        )
        result = solve(problem, options, parameters.tol, callback, start, dictionary.reweighting)
        image, zero_filled = (measured.image(x) for x in (result.image, problem.start))
    seconds = time.perf_counter() - started
    return Reconstructed(image, zero_filled, result, parameters, seconds, measured.device)


def mri_parameters(dictionary: Dictionary, options: MriOptions) -> Tuned:
    """Return what the solver is called with, see `SolverOptions.complete`.

    A dictionary keeps its parameters for MRI under `mri-` and the mode.

    Raises:
        ReconError: when beta or lam is missing.
    """
    tuned = dictionary.tuned.get(f"mri-{options.mode}")
    missing = f"{dictionary.name} has no parameters for MRI in mode {options.mode}"
    if options.mode != "full":
        # tuned, two sweeps gain less than half of what the minimum gains; early stopping less, in more time
        missing += ", which fills what was not sampled less well than --mode full"
    return options.complete(tuned, missing)
