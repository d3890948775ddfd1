"""Ctrl-C, SIGTERM and SIGHUP: a command that they end cleans up and says so."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SOON = 0.02
"""Seconds."""
_raised: list[int] = []
"""Numbers of the signals that raised an Interruption in the command that runs."""


class Interruption(KeyboardInterrupt):
    """A signal that asks for an end, with its number.

    A plain KeyboardInterrupt that passes through `exec` of a string, as in an import, makes Python end by
    SIGINT even if it is handled afterwards.
    """


def stopping_signals() -> list[signal.Signals]:
    """Return the signals that ask for an end: of a terminal that is closed not where nohup ignores it."""
    found = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        found.append(signal.SIGHUP)
    return found


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the signals raise an Interruption; outside the main thread they stay as they are."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in stopping_signals()}
    hook = sys.unraisablehook
    sys.unraisablehook = _raise_again
    _raised.clear()
    try:
        yield
    except Exception as error:
        end_where_interrupted(error)
        raise
    finally:
        _raised.clear()
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook


def end_where_interrupted(cause: Exception | None = None) -> None:
    """Raise again an Interruption that has not come through.

    Compiled modules may swallow it or make another error of it. Who catches errors and goes on asks here.

    Args:
        cause: the error that was caught.

    Raises:
        Interruption: where a signal has raised one before.
    """
    if _raised:
        raise Interruption(_raised[-1]) from cause


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _importing(frame) or not hasattr(signal, "setitimer"):
        _raised.append(number)
        raise Interruption(number)
    _interrupt_soon(number)  # compiled modules do not survive an exception in the middle of their import


def _interrupt_soon(number: int) -> None:
    signal.signal(signal.SIGALRM, lambda _, frame: _interrupt(number, frame))
    signal.setitimer(signal.ITIMER_REAL, _SOON)


def _importing(frame: FrameType | None) -> bool:
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """Interrupt again what was interrupted where no exception passes, as where an object is deleted."""
    if isinstance(lost.exc_value, Interruption) and hasattr(signal, "setitimer"):
        _interrupt_soon(lost.exc_value.args[0])
    else:
        sys.__unraisablehook__(lost)
