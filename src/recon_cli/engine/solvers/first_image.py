"""The image that joint ADMM begins with."""

from __future__ import annotations

from torch import Tensor

from ..priors.dictionary.problem import PatchProblem
from .conjugate_gradients import conjugate_gradients
from .split import has_coils

_STEPS, _RIDGE, _NEAR = 5, 0.01, 0.01
"""Of conjugate gradients, ridge relative to the largest eigenvalue of `H'H`, and residual that suffices."""


def first_image(problem: PatchProblem) -> Tensor:
    """Return the problem's first image, in MRI with coils one that explains more of the data.

    From the zero-filled image iterations would swing about the minimum at little noise.
    """
    if not has_coils(problem):
        return problem.start
    measurement, ridge = problem.measurement, _RIDGE * problem.measurement.norm**2
    return conjugate_gradients(
        lambda x: measurement.normal(x) + ridge * x,
        measurement.adjoint(measurement.data),
        problem.start,
        lambda x: x,
        _NEAR,
        max_iterations=_STEPS,
        parts=measurement.parts,
    )
