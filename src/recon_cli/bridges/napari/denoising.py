"""Denoise in a thread that tells how far it is and ends within an iteration where it has to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from napari.qt.threading import WorkerBase, WorkerBaseSignals
from qtpy.QtCore import Signal

from ...library.denoise import denoise
from ...reporting.progress import follow_solver, solver_total
from ...solver import Solver

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...engine.result import Status
    from ...reconstruction import Reconstruction


class _Cancelled(Exception):  # noqa: N818 - no error
    """The user wants no result any more."""


class Signals(WorkerBaseSignals):  # type: ignore[misc]
    """Those of a worker, and how far it is: a share and a note."""

    moved = Signal(float, str)


class Denoising(WorkerBase):  # type: ignore[misc]
    """A thread that returns a `Reconstruction`; after `quit` it returns nothing."""

    def __init__(self, pixels: NDArray[Any], sigma: Any, **options: Any) -> None:
        """Take what `denoise` takes; `start` begins.

        Args:
            pixels: the image.
            sigma: noise level.
            **options: of `denoise`, with its `mode`.
        """
        super().__init__(SignalsClass=Signals)
        self._pixels, self._sigma, self._options = pixels, sigma, options

    def work(self) -> Reconstruction | None:
        """Denoise; called in the thread."""
        try:
            return denoise(self._pixels, self._sigma, follow=self._follow, report=True, **self._options)[1]
        except _Cancelled:
            return None

    def _follow(self, words: str, tolerance: float | None) -> Callable[[Status], None]:
        self._check()
        steps = Solver(self._options["mode"]).fixed_steps
        total = solver_total(steps)

        def tell(done: float, note: str) -> None:
            self.moved.emit(done / total, ", ".join(filter(None, (words, note))))

        show = follow_solver(tell, steps, tolerance)

        def follow(status: Status) -> None:
            self._check()
            show(status)

        return follow

    def _check(self) -> None:
        if self.abort_requested:
            raise _Cancelled
