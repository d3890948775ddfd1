"""The strengths of a dictionary: what the user gave, what suits the noise, or what was tuned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import MissingParametersError, ReconError
from ..models.tuned import Tuned
from ..modes import strengths_mode
from .dictionary_modes import usual_tolerance

if TYPE_CHECKING:
    from ..engine.measurement import Task
    from ..models.dictionary import Dictionary
    from ..modes import Mode
    from ..solver import Solver

_EXTREME = 1e12
_STIFF, _STIFFNESS, _STIFFEST = 6.0, 2.0, 16.0
"""Of MRI: level below which patches are nearer to their atoms, the power by which, and the most. Measured
on 20 scans of 1 to 16 coils: photographs gain 0.1 to 2 dB, heads up to 2 or lose 0.1, most of them sooner."""


def resolved(
    beta: float | None,
    lam: float | None,
    tuned: Tuned | None,
    dictionary: Dictionary,
    task: Task,
    sigma: float,
    solver: Solver,
) -> Tuned:
    """Return beta and lam, given or tuned, and the tolerance: a tuned one with both tuned ones only.

    Args:
        beta: of the user, or None.
        lam: likewise.
        tuned: see `known_strengths`.
        dictionary: the model.
        task: what they are for.
        sigma: noise level, in 8-bit grey levels.
        solver: mode and tolerance.

    Raises:
        ReconError: when one is not known, or extreme.
    """
    own = beta or lam
    if tuned:
        beta, lam = beta or tuned.beta, lam or tuned.lam
    if not beta or not lam:
        raise MissingParametersError(_missing(dictionary, task, sigma, solver), "give --beta and --lam")
    for name, value in (("beta", beta), ("lam", lam)):
        if not 1 / _EXTREME <= value <= _EXTREME:
            raise ReconError(
                f"{name} has to lie between {1 / _EXTREME:g} and {_EXTREME:g}, and is {value:g}", 2
            )
    usual = usual_tolerance(solver, None if own else tuned, sigma, task)
    return Tuned(beta, lam, solver.tolerance or usual)


def known_strengths(
    dictionary: Dictionary, task: Task, mode: Mode, sigma: float | None, weight: float
) -> Tuned | None:
    """Return what suits a noise level, or what was tuned for MRI where the dictionary knows no levels.

    Args:
        dictionary: the model.
        task: what they are for.
        mode: of the solver.
        sigma: noise level, in 8-bit grey levels, or None where it is not known.
        weight: of the data term, see `Prior.prepare`.
    """
    level = dictionary.sigma if sigma is None else sigma
    if task == "mri":
        at_noise = None
        if sigma is not None and strengths_mode(mode) == "full":
            at_noise = dictionary.tuned_for("denoise", mode, sigma)
        if at_noise is None:
            return dictionary.tuned_for("mri", mode, level)
        stiff = min(max(_STIFF / level, 1.0) ** _STIFFNESS, _STIFFEST)
        return replace(at_noise, beta=at_noise.beta * stiff / weight, lam=at_noise.lam / stiff)
    tuned = dictionary.tuned_for(task, mode, level)
    return tuned and replace(tuned, beta=tuned.beta / weight)


def _missing(dictionary: Dictionary, task: Task, sigma: float, solver: Solver) -> str:
    if task == "denoise":
        return f"{dictionary.name} has no parameters for sigma {sigma:g} in mode {solver.mode}"
    missing = f"{dictionary.name} has no parameters for MRI in mode {solver.mode}"
    if solver.is_minimum:
        return missing
    # tuned, two sweeps gain less than half of what the minimum gains; early stopping less, in more time
    return missing + ", which fills what was not sampled less well than --mode full"
