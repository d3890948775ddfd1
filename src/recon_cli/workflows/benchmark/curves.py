"""PSNR against J along the iterations of the three solvers of the same problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from ...device import Device, choose_device
from ...engine.priors.dictionary.problem import PatchProblem
from ...engine.result import Callback, Status
from ...engine.solvers.coordinate_descent import coordinate_descent
from ...engine.solvers.ipalm import ipalm
from ...engine.solvers.joint_admm import joint_admm
from ...errors import ReconError
from ...priors.dictionary import DictionaryPrior
from ...quality.metrics import psnr
from ...solver import Solver
from ..tune.denoising import noisy_images
from .methods import missing_advice

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary
    from ...models.tuned import Tuned

Image = NDArray[np.float32]
_FINE = 1e-5
"""Certified gap of joint ADMM, and relative change of J of iPALM: as far as single precision goes."""


@dataclass(frozen=True)
class Curve:
    """A solver's way.

    Attributes:
        name: of the solver.
        objectives: J after each iteration, rising iterations.
        psnrs: in dB, likewise.
    """

    name: str
    objectives: tuple[float, ...]
    psnrs: tuple[float, ...]


def solver_curves(
    noisy: Image,
    clean: Image,
    dictionary: Dictionary,
    sigma: float,
    most: int,
    device: Device = "auto",
    callback: Callback | None = None,
) -> tuple[list[Curve], Tuned]:
    """Solve a denoising problem by coordinate descent, iPALM and joint ADMM, with the paper's border.

    Args:
        noisy: `(height, width)`.
        clean: of the same shape.
        dictionary: the model, with its parameters of the mode `full`.
        sigma: noise level, in 8-bit grey levels.
        most: iterations of each solver.
        device: of the computation.
        callback: called with the status of each iteration, counted over all solvers.

    Returns:
        A curve a solver, and the parameters.

    Raises:
        ReconError: when no parameters are known for this noise level, or the dictionary has a reweighting.
    """
    if dictionary.reweighting is not None:
        raise ReconError(f"{dictionary.name} minimises twice, and curves are of a single minimum", 2)
    with missing_advice():
        parameters = DictionaryPrior(dictionary).prepare("denoise", sigma, Solver()).tuned
    measurement = noisy_images(noisy[None], sigma).to(choose_device(device))
    thresholds = dictionary.thresholds(parameters.lam, sigma)
    problem = PatchProblem.create(
        measurement, dictionary.atoms, parameters.beta, thresholds, dictionary.variant, dictionary.stride
    )
    curves = []

    def follow(name: str) -> Callable[[Status], None]:
        curves.append(Curve(name, (), ()))

        def remember(status: Status) -> None:
            assert status.image is not None
            assert status.objective is not None
            quality = psnr(status.image[0].cpu().numpy(), clean)
            last = curves[-1]
            curves[-1] = replace(
                last, objectives=(*last.objectives, status.objective), psnrs=(*last.psnrs, quality)
            )
            if callback:
                done = sum(len(curve.psnrs) for curve in curves)
                callback(status._replace(iteration=done))

        return remember

    with torch.inference_mode():
        coordinate_descent(
            problem, tolerance=_FINE, max_iterations=most, callback=follow("coordinate descent")
        )
        ipalm(problem, tolerance=1e-8, max_iterations=most, callback=follow("iPALM"))
        joint_admm(
            problem, tolerance=_FINE, max_iterations=most, check_every=1, callback=follow("joint ADMM")
        )
    return curves, parameters
