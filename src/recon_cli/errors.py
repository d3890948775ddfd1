"""The project's own error: one sentence for the user and an exit code."""

from __future__ import annotations

from typing import Any


class ReconError(Exception):
    """Something that the user can mend; its text is one clear sentence.

    Attributes:
        exit_code: 1 when the work failed, 2 when the request was wrong.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        """Keep the sentence and the exit code; what is not printable in names from files is escaped."""
        super().__init__(printable(message))
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as it is, whatever the constructor of its kind takes."""
        return _again, (type(self), self.args), self.__dict__


class MissingParametersError(ReconError):
    """No parameters are known for what was asked.

    Attributes:
        missing: says of what there are none.
    """

    def __init__(self, missing: str, advice: str) -> None:
        """Join what is missing and what the user may do; a wrong request."""
        super().__init__(f"{missing}; {advice}", 2)
        self.missing = missing


def _again(kind: type[ReconError], words: tuple[Any, ...]) -> ReconError:
    error = kind.__new__(kind, *words)
    error.args = words
    return error


def printable(text: str) -> str:
    """Escape what is not printable: names of files and what they hold must not command a terminal."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


_LONGEST = 200


def reason_of(error: Exception) -> str:
    """Return what a library's error says, as part of a sentence: its first line, of at most 200 characters.

    Some repeat what they read, which may be long.
    """
    return (str(error).splitlines() or [""])[0][:_LONGEST] or type(error).__name__
