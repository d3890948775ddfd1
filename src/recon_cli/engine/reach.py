"""Data of denoising that lie so far outside C that no prior pulls their pixels inside.

Where `y_i` exceeds 1 by more than the prior's slope can ever be, the minimum has `x_i = 1`, whatever `y_i`
is. Such data, hot pixels a million times as bright as the rest, are moved to where that begins: the minimiser
stays the same, J falls by a constant, and single precision suffices again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from torch import Tensor

from .data_term import data_term
from .result import Solution

Answer = TypeVar("Answer", bound=Solution)


def within_reach(data: Tensor, slope: float) -> Tensor:
    """Return the data, those outside C moved to a distance of at most `slope` from it.

    Args:
        data: `(images, height, width)`, pixels of an image with C = [0, 1]^n, some of them perhaps left out.
        slope: a bound on the prior's derivative by any pixel, over images in C.
    """
    return data.clamp(-slope, 1 + slope)


def with_all_data(answer: Answer, measured: Tensor, data: Tensor, moved: Tensor) -> Answer:
    """Return the answer for moved data with the objective that it has for all of them.

    Args:
        answer: of the solver.
        measured: `H x` of its image, of the shape of the data.
        data: as they were given.
        moved: what `within_reach` made of them.
    """
    if answer.objective is None or bool((data == moved).all()):
        return answer
    constant = float((data_term(measured, data) - data_term(measured, moved)).sum())
    return replace(answer, objective=answer.objective + constant)
