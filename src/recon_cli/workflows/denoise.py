"""Denoise grey images with a dictionary."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ..engine.coordinate_descent import Inner, coordinate_descent
from ..engine.ipalm import ipalm
from ..engine.joint_admm import joint_admm
from ..engine.linear import Crop, Identity, LinearOperator
from ..engine.problem import Problem
from ..engine.result import Callback, Result
from ..errors import ReconError
from ..models.dictionary import Tuned
from .device import Device, choose_device

if TYPE_CHECKING:
    from ..models.dictionary import Dictionary

Mode = Literal["full", "early-stop", "unrolled"]
Solver = Literal["admm", "ipalm"]
Border = Literal["extend", "paper"]


@dataclass(frozen=True)
class DenoiseOptions:
    """How an image is denoised.

    Attributes:
        mode: the certified minimum of J, coordinate descent with early stopping, or a few sweeps of it.
        solver: of the mode `full`.
        inner: inner solvers of coordinate descent, accurate or those of the paper.
        steps: sweeps of the mode `unrolled`.
        border: `extend` puts a frame of unknown pixels around the image, so that every pixel lies in
            as many patches; `paper` does not.
        beta: weight of the patch term; None takes the dictionary's for the mode.
        lam: soft-threshold level; None likewise.
        tolerance: of the mode's stop rule; None takes its default, see `choose_parameters`.
        max_iterations: most iterations.
        device: `auto`, `cpu` or `cuda`.
    """

    mode: Mode = "full"
    solver: Solver = "admm"
    inner: Inner = "exact"
    steps: int = 2
    border: Border = "extend"
    beta: float | None = None
    lam: float | None = None
    tolerance: float | None = None
    max_iterations: int = 10_000
    device: Device = "auto"

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        for name, value in (("beta", self.beta), ("lam", self.lam), ("tol", self.tolerance)):
            if value is not None and not 0 < value < math.inf:
                raise ReconError(f"--{name} has to be a positive number, and is {value:g}", 2)
        if self.steps < 1 or self.max_iterations < 1:
            raise ReconError("--steps and --max-iter have to be at least 1", 2)


@dataclass(frozen=True)
class Denoised:
    """A denoised batch and how it came about.

    Attributes:
        images: `(batch, height, width)`, float32, in [0, 1].
        result: the solver's answer, on the grid with the frame.
        parameters: beta, lam and tolerance that were used.
        seconds: wall-clock time of the solver.
        device: where it ran.
    """

    images: NDArray[np.float32]
    result: Result
    parameters: Tuned
    seconds: float
    device: str


def denoise(
    noisy: NDArray[np.float32],
    dictionary: Dictionary,
    sigma: float,
    options: DenoiseOptions | None = None,
    callback: Callback | None = None,
) -> Denoised:
    """Denoise images of one size.

    Args:
        noisy: `(batch, height, width)`, intensities in [0, 1] up to noise.
        dictionary: the model.
        sigma: noise level, of 255.
        options: how; the certified minimum when left out.
        callback: called with the solver's status.

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
        problem = Problem.create(
            operator, data, dictionary.atoms, parameters.beta, parameters.lam, dictionary.variant
        )
        result = _solve(problem, options, parameters.tol, callback)
        images = operator.forward(result.image).cpu().numpy()
    return Denoised(images, result, parameters, time.perf_counter() - started, device)


def choose_parameters(dictionary: Dictionary, sigma: float, options: DenoiseOptions) -> Tuned:
    """Return what the solver is called with: the options' values where given, else the dictionary's.

    Without either, the tolerance is a certified relative gap of 1e-3 (`full`), a relative change of J
    of 1e-8 (`full` by iPALM), or a relative change of the iterates of 1e-4 (`early-stop`). A tuned
    tolerance holds with both tuned parameters only.

    Raises:
        ReconError: when beta or lam is missing.
    """
    tuned = dictionary.tuned.get(options.mode) if sigma == dictionary.sigma else None
    beta = options.beta or (tuned and tuned.beta)
    lam = options.lam or (tuned and tuned.lam)
    if not beta or not lam:
        raise ReconError(
            f"{dictionary.name} has no parameters for sigma {sigma:g} in mode {options.mode}; "
            "give --beta and --lam",
            2,
        )
    usual = 1e-4
    if options.mode == "full":
        usual = 1e-3 if options.solver == "admm" else 1e-8
    elif tuned and tuned.tol and not (options.beta or options.lam):
        usual = tuned.tol
    return Tuned(beta, lam, options.tolerance or usual)


def _solve(
    problem: Problem, options: DenoiseOptions, tolerance: float | None, callback: Callback | None
) -> Result:
    assert tolerance is not None
    if options.mode == "full":
        solver = joint_admm if options.solver == "admm" else ipalm
        return solver(problem, tolerance=tolerance, max_iterations=options.max_iterations, callback=callback)
    return coordinate_descent(
        problem,
        steps=options.steps if options.mode == "unrolled" else None,
        tolerance=tolerance,
        max_iterations=options.max_iterations,
        inner=options.inner,
        callback=callback,
    )
