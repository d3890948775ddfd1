"""Denoise and reconstruct with a learned convex ridge regulariser."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..engine.operators.identity import Identity
from ..engine.operators.linear import LinearOperator
from ..engine.priors.ridge.regulariser import Profiles, RidgeRegulariser
from ..engine.priors.smooth import SmoothProblem
from ..engine.reach import with_all_data, within_reach
from ..engine.result import Callback, Solution
from ..engine.solvers.quasi_newton import quasi_newton
from ..errors import ReconError
from .device import Device, choose_device
from .methods.method import Outcome
from .mri.measurement import Frame, measure

if TYPE_CHECKING:
    from ..models.ridge import Ridge, Strength
    from .mri.options import MriOptions

_EXTREME = "the result is not finite; take another noise level or another regulariser"


def strength_at(ridge: Ridge, sigma: float) -> Strength:
    """Return lam and mu for denoising at a noise level, of 255.

    Raises:
        ReconError: when the regulariser has none.
    """
    return _known(ridge.tuned_at(sigma), f"{ridge.name} has no lam and mu for sigma {sigma:g}")


def strength_in_mri(ridge: Ridge) -> Strength:
    """Return lam and mu for MRI.

    Raises:
        ReconError: when the regulariser has none.
    """
    return _known(ridge.tuned_in_mri, f"{ridge.name} has no lam and mu for MRI")


def _known(strength: Strength | None, missing: str) -> Strength:
    if strength is None:
        raise ReconError(missing, 2)
    return strength


def denoise_by_ridge(
    noisy: NDArray[np.float32],
    ridge: Ridge,
    sigma: float,
    strength: Strength | None = None,
    *,
    tolerance: float | None = None,
    max_iterations: int = 10_000,
    device: Device = "auto",
    callback: Callback | None = None,
    start: Tensor | None = None,
) -> Outcome:
    """Return the minimum of `1/2 |x - y|^2 + lam / mu R(mu x)` over x in [0, 1]^n.

    Args:
        noisy: `(batch, height, width)`, intensities in [0, 1] up to noise.
        ridge: the regulariser.
        sigma: noise level, of 255.
        strength: lam and mu; None takes what suits the noise level.
        tolerance: certified relative gap at which it stops; None takes what is usual.
        max_iterations: most iterations.
        device: `auto`, `cpu` or `cuda`.
        callback: called with the solver's status.
        start: image of another strength to go on from.

    Raises:
        ReconError: when the images are smaller than half a filter, no strength is known, or the result is
            not finite.
    """
    strength = strength or strength_at(ridge, sigma)
    place = choose_device(device)
    data = torch.from_numpy(np.ascontiguousarray(noisy, np.float32)).to(place)
    height, width = noisy.shape[1:]
    began = time.perf_counter()
    with torch.inference_mode():
        moved = within_reach(data, strength.lam * _regulariser(ridge, strength, data.device).steepest)
        result = _solve(
            Identity((height, width)), moved, ridge, strength, tolerance, max_iterations, callback, start
        )
        result = with_all_data(result, result.image, data, moved)
        images = result.image.cpu().numpy()
    return Outcome(images, result, strength, time.perf_counter() - began, place, ridge.name)


def reconstruct_by_ridge(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    ridge: Ridge,
    options: MriOptions,
    strength: Strength | None = None,
    *,
    maps: NDArray[np.complex64] | None = None,
    scale: float = 1.0,
    callback: Callback | None = None,
    start: Tensor | None = None,
) -> Frame:
    """Return the minimum of `1/2 |H x - y|^2 + lam / mu R(mu x)` over the images of the model.

    Args:
        samples: `(coils, height, width)`; what lies off the mask is ignored.
        mask: `(height, width)`, where k-space was sampled.
        ridge: the regulariser; of complex images it takes real and imaginary part.
        options: image model, Fourier convention, device, iterations, and as tolerance the relative change of
            the image in an iteration at which it stops; None takes what is usual.
        strength: lam and mu; None takes what suits MRI.
        maps: coil sensitivities, `(coils, height, width)`; needed with more than one coil.
        scale: k-space is multiplied by this, and the result divided.
        callback: called with the solver's status.
        start: image of another strength to go on from.

    Raises:
        ReconError: when the shapes do not fit, nothing is sampled, no strength is known, or the result is
            not finite.
    """
    strength = strength or strength_in_mri(ridge)
    measured = measure(samples, mask, options, maps, scale)
    operator = measured.operator
    began = time.perf_counter()
    with torch.inference_mode():
        result = _solve(
            operator,
            measured.data,
            ridge,
            strength,
            options.tolerance,
            options.max_iterations,
            callback,
            start,
        )
        first = measured.image(operator.start(measured.data))
    seconds = time.perf_counter() - began
    return Frame(measured.image(result.image), first, result, strength, seconds, measured.device)


def _regulariser(ridge: Ridge, strength: Strength, device: torch.device) -> RidgeRegulariser:
    profiles = Profiles(ridge.rises.to(device), ridge.spacings.to(device))
    return RidgeRegulariser(ridge.kernels.to(device), profiles).scaled(strength.mu)


def _solve(
    operator: LinearOperator,
    data: Tensor,
    ridge: Ridge,
    strength: Strength,
    tolerance: float | None,
    max_iterations: int,
    callback: Callback | None,
    start: Tensor | None = None,
) -> Solution:
    height, width = operator.image_shape
    least = ridge.size // 2 + 1
    if min(height, width) < least:
        raise ReconError(f"the image has {height} x {width} pixels; the filters need {least} x {least}")
    problem = SmoothProblem(operator, data, _regulariser(ridge, strength, data.device), strength.lam)
    if not math.isfinite(problem.lipschitz):
        raise ReconError(_EXTREME)
    result = quasi_newton(
        problem, tolerance=tolerance, max_iterations=max_iterations, start=start, callback=callback
    )
    if not (math.isfinite(result.gap or 0) and bool(result.image.isfinite().all())):
        raise ReconError(_EXTREME)
    return result
