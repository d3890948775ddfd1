"""Every method on every image and draw of its noise, with a log from which a killed run goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...executor import Executor, Runner
from ...files.line_log import LineLog
from ...files.parsed import number
from ...quality.metrics import psnr, ssim
from ..tune.log import fingerprint

if TYPE_CHECKING:
    from .methods import ComparedMethod
    from .simulations import Simulation


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


def compare(
    methods: Sequence[ComparedMethod],
    simulations: Sequence[Simulation],
    settings: dict[str, Any],
    log: Path | None = None,
    resume: bool = False,
    callback: Callable[[str, str, Score], None] | None = None,
    executor: Runner | None = None,
) -> list[Row]:
    """Score every method on every image and draw.

    Args:
        methods: what is compared.
        simulations: images and draws, in order: all images of a draw, then the next draw.
        settings: plain JSON values that decide the data besides the images.
        log: file of the results, or None.
        resume: whether to take from the log what it holds; methods and draws may have been added since.
        callback: called with the names of method and image and the score, known ones included.
        executor: runs the methods; this process when left out.

    Returns:
        A row a method.

    Raises:
        ReconError: when the log belongs to other images or settings, or a method fails.
    """
    images = [simulation.clean for simulation in simulations if simulation.draw == 0]
    mark = fingerprint(settings, images)
    pairs = [(method, simulation) for method in methods for simulation in simulations]
    with LineLog(log, "benchmark", mark, resume) as lines:
        try:
            known = {(str(r["method"]), int(r["number"]), int(r["draw"])): _score(r) for r in lines.rows}
        except (ValueError, KeyError, TypeError) as error:
            raise lines.damaged from error
        unknown = [
            (method, simulation) for method, simulation in pairs if _key_of(method, simulation) not in known
        ]
        executor = executor or Executor()
        for part in (*methods, *images):
            executor.share(part)
        results = executor.run(score_pair, unknown)
        rows = []
        for method in methods:
            scores: list[list[Score]] = [[] for _ in {simulation.draw for simulation in simulations}]
            for simulation in simulations:
                score = known.get(_key_of(method, simulation))
                if score is None:
                    score, parameters = next(results)
                    names = {"name": method.name, "image": simulation.image}
                    key = dict(zip(_KEY, _key_of(method, simulation), strict=True))
                    lines.add(names | key | score._asdict() | {"parameters": parameters})
                scores[simulation.draw].append(score)
                if callback:
                    callback(method.name, simulation.image, score)
            rows.append(Row(method.name, tuple(map(tuple, scores))))
    return rows


def score_pair(pair: tuple[ComparedMethod, Simulation]) -> Iterator[tuple[Score, dict[str, float]]]:
    """Yield the score of a method on an image, and the parameters that it was called with."""
    method, simulation = pair
    done, clean = method.reconstruct(simulation), simulation.clean
    image = np.asarray(done.image[0])
    score = Score(psnr(image, clean), ssim(image, clean), done.seconds, done.iterations, done.gap)
    yield score, dict(done.used[0].parameters)


_KEY = ("method", "number", "draw")
"""Of a score in the log; not by names: files may have been renamed since, and the images decide its mark."""


def _key_of(method: ComparedMethod, simulation: Simulation) -> tuple[str, int, int]:
    return method.mark, simulation.number, simulation.draw


def _score(row: dict[str, Any]) -> Score:
    ssim, seconds = (number(row[name], name) for name in ("ssim", "seconds"))
    # that of a black image may be infinite
    psnr = math.inf if row["psnr"] == math.inf else number(row["psnr"], "psnr")
    gap = None if row["gap"] is None else number(row["gap"], "gap")
    return Score(psnr, ssim, seconds, int(row["iterations"]), gap)
