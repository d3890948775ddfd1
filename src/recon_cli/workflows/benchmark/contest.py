"""Every method on every image and draw of the noise, with a log from which a killed run goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...files.line_log import LineLog
from ...files.parsed import number
from ...models.dictionary import Dictionary
from ...models.ridge import Ridge
from ...quality.metrics import psnr, ssim
from ..tune.log import fingerprint

Image = NDArray[np.float32]
Data = NDArray[Any]
DRAW = 1_000_000
"""Distance of the seeds of two draws."""


@dataclass(frozen=True)
class Case:
    """An image and a draw of its noise.

    Attributes:
        image: its name.
        draw: number of the draw, from 0.
        clean: `(height, width)`, in [0, 1].
        measure: returns the data.
    """

    image: str
    draw: int
    clean: Image
    measure: Callable[[], Data]


class Reconstruction(NamedTuple):
    """What a method makes of data.

    Attributes:
        image: `(height, width)`.
        seconds: wall-clock time of its solver.
        iterations: of its solver, 0 without one.
        gap: certified, where it is.
        parameters: what it was called with.
    """

    image: Image
    seconds: float
    iterations: int
    gap: float | None
    parameters: dict[str, float]


@dataclass(frozen=True)
class Contestant:
    """A method.

    Attributes:
        name: in tables.
        mark: digest of all that decides its results besides the data.
        reconstruct: takes data and the clean image, which only tuning may look at.
    """

    name: str
    mark: str
    reconstruct: Callable[[Data, Image], Reconstruction]


def weights_of(model: Dictionary | Ridge) -> list[NDArray[np.float32]]:
    """Return what a model has learned, for the mark of a contestant."""
    if isinstance(model, Ridge):
        return [tensor.numpy() for tensor in (model.kernels, model.rises, model.spacings)]
    return model.learned


class Score(NamedTuple):
    """How good a reconstruction is and what it cost.

    Attributes:
        psnr: in dB.
        ssim: see `metrics`.
        seconds: wall-clock time of the solver.
        iterations: of the solver.
        gap: certified, where it is.
    """

    psnr: float
    ssim: float
    seconds: float
    iterations: int
    gap: float | None


@dataclass(frozen=True)
class Row:
    """A method's results.

    Attributes:
        name: of the method.
        scores: by draw and image, `[draw][image]`.
    """

    name: str
    scores: tuple[tuple[Score, ...], ...]

    def mean(self, name: str) -> float:
        """Return the mean of an attribute of `Score` over images and draws."""
        return float(np.mean(self._values(name)))

    def spread(self, name: str) -> float | None:
        """Return the standard deviation over the draws of the mean over images; None with one draw."""
        means = self._values(name).mean(1)
        return float(means.std(ddof=1)) if len(means) > 1 else None

    @property
    def gap(self) -> float | None:
        """The largest certified gap, None where the method has none."""
        gaps = [score.gap for draw in self.scores for score in draw if score.gap is not None]
        return max(gaps, default=None)

    def _values(self, name: str) -> NDArray[np.float64]:
        return np.array([[getattr(score, name) for score in draw] for draw in self.scores])


def contest(
    contestants: Sequence[Contestant],
    cases: Sequence[Case],
    settings: dict[str, Any],
    log: Path | None = None,
    resume: bool = False,
    callback: Callable[[str, Case, Score], None] | None = None,
) -> list[Row]:
    """Score every method on every case.

    Args:
        contestants: the methods.
        cases: images and draws, in order: all images of a draw, then the next draw.
        settings: plain JSON values that decide the data besides the images.
        log: file of the results, or None.
        resume: whether to take from the log what it holds; methods and draws may have been added since.
        callback: called with the method's name, the case and its score, known ones included.

    Returns:
        A row a method.

    Raises:
        ReconError: when the log belongs to other images or settings, or a method fails.
    """
    images = [case.clean for case in cases if case.draw == 0]
    mark = fingerprint(settings, images)
    draws = range(1 + max(case.draw for case in cases))
    with LineLog(log, "benchmark", mark, resume) as lines:
        try:
            known = {_key(row): _score(row) for row in lines.rows}
        except (ValueError, KeyError, TypeError) as error:
            raise lines.damaged from error
        rows = []
        for contestant in contestants:
            scores: list[list[Score]] = [[] for _ in draws]
            for case in cases:
                # not by name: files may have been renamed since, and the fingerprint is that of the images
                key = {"method": contestant.mark, "number": len(scores[case.draw]), "draw": case.draw}
                score = known.get(_key(key))
                if score is None:
                    done = contestant.reconstruct(case.measure(), case.clean)
                    score = _score_of(done, case.clean)
                    names = {"name": contestant.name, "image": case.image}
                    lines.add(names | key | score._asdict() | {"parameters": done.parameters})
                scores[case.draw].append(score)
                if callback:
                    callback(contestant.name, case, score)
            rows.append(Row(contestant.name, tuple(map(tuple, scores))))
    return rows


def _score_of(done: Reconstruction, clean: Image) -> Score:
    return Score(psnr(done.image, clean), ssim(done.image, clean), done.seconds, done.iterations, done.gap)


def _key(row: dict[str, Any]) -> tuple[str, int, int]:
    return str(row["method"]), int(row["number"]), int(row["draw"])


def _score(row: dict[str, Any]) -> Score:
    ssim, seconds = (number(row[name], name) for name in ("ssim", "seconds"))
    # that of a black image may be infinite
    psnr = math.inf if row["psnr"] == math.inf else number(row["psnr"], "psnr")
    gap = None if row["gap"] is None else number(row["gap"], "gap")
    return Score(psnr, ssim, seconds, int(row["iterations"]), gap)
