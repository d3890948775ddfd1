"""Denoise grey images with a dictionary."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.operators.crop import Crop
from ...engine.operators.identity import Identity
from ...engine.operators.linear import LinearOperator
from ...engine.priors.dictionary.problem import PatchProblem, steepest
from ...engine.priors.dictionary.solution import PatchSolution
from ...engine.reach import with_all_data, within_reach
from ...engine.result import Callback
from ...errors import ReconError
from ...models.tuned import Tuned
from ..device import choose_device
from ..methods.method import Outcome
from ..solving import SolverOptions, solve

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary

Border = Literal["extend", "paper"]


@dataclass(frozen=True)
class DenoiseOptions(SolverOptions):
    """How an image is denoised.

    Attributes:
        border: `extend` puts a frame of unknown pixels around the image, so that every pixel lies in
            as many patches; `paper` does not.
    """

    border: Border = "extend"


@dataclass(frozen=True)
class Denoised(Outcome):
    """A batch denoised by the model.

    Attributes:
        result: the solver's answer, on the grid with the frame.
        parameters: beta, lam and tolerance that were used.
    """

    result: PatchSolution
    parameters: Tuned


def denoise(
    noisy: NDArray[np.float32],
    dictionary: Dictionary,
    sigma: float,
    options: DenoiseOptions | None = None,
    callback: Callback | None = None,
    start: PatchSolution | None = None,
) -> Denoised:
    """Denoise images of one size.

    Args:
        noisy: `(batch, height, width)`, intensities in [0, 1] up to noise.
        dictionary: the model.
        sigma: noise level, of 255.
        options: how; the certified minimum when left out.
        callback: called with the solver's status.
        start: the result of other parameters to go on from, see `solve`.

    Returns:
        The images with the solver's result.

    Raises:
        ReconError: when the images are smaller than a patch, no parameters are known for this mode
            and noise level, or an option is out of range.
    """
    options = options or DenoiseOptions()
    parameters = choose_parameters(dictionary, sigma, options)
    size = dictionary.patch_size
    height, width = noisy.shape[1:]
    if min(height, width) < size:
        raise ReconError(f"the image has {height} x {width} pixels, smaller than a patch of {size} x {size}")
    device = choose_device(options.device)
    operator: LinearOperator = Identity((height, width))
    if options.border == "extend":
        operator = Crop((height, width), size - 1)
    data = torch.from_numpy(np.ascontiguousarray(noisy, np.float32)).to(device)
    started = time.perf_counter()
    with torch.inference_mode():
        thresholds = dictionary.thresholds(parameters.lam, sigma)
        moved = within_reach(data, steepest(parameters.beta, size, dictionary.variant))
        problem = PatchProblem.create(
            operator, moved, dictionary.atoms, parameters.beta, thresholds, dictionary.variant
        )
        result = solve(problem, options, parameters.tol, callback, start, dictionary.reweighting)
        measured = operator.forward(result.image)
        result = with_all_data(result, measured, data, moved)
        images = measured.cpu().numpy()
    seconds, twice = time.perf_counter() - started, result.codes.weights is not None
    return Denoised(images, result, parameters, seconds, device, dictionary.name, twice)


def choose_parameters(dictionary: Dictionary, sigma: float, options: DenoiseOptions) -> Tuned:
    """Return what the solver is called with, see `SolverOptions.complete`.

    Raises:
        ReconError: when beta or lam is missing.
    """
    missing = f"{dictionary.name} has no parameters for sigma {sigma:g} in mode {options.mode}"
    return options.complete(dictionary.tuned_at(options.mode, sigma), missing)
