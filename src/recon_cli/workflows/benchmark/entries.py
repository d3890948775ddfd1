"""What `--methods` and `--model` name: methods, of the model with its mode."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ...errors import ReconError
from ..calibrate import MODES
from ..solving import Mode


class Entry(NamedTuple):
    """A method.

    Attributes:
        method: its name.
        mode: of the model; `full` for other methods, which have none.
        model: bundled name or dictionary file, None for what suits.
    """

    method: str
    mode: Mode = "full"
    model: str | None = None

    @property
    def name(self) -> str:
        """The entry in words."""
        if self.method != "model":
            return self.method
        return f"model:{self.mode}" + (f" ({self.model})" if self.model else "")


def parse_entries(text: str, others: Collection[str], models: Sequence[str]) -> list[Entry]:
    """Read a list of methods.

    Args:
        text: names with commas between them; `model:full`, `model:early-stop` or `model:unrolled` for the
            model, `model` for the first of these.
        others: methods besides the model.
        models: each mode of the model stands for all of these; none takes what suits.

    Raises:
        ReconError: when a method is unknown, or there is none.
    """
    entries = list(dict.fromkeys(_entries(text, others, models)))
    if models and not any(entry.model for entry in entries):
        raise ReconError("--model is given and no method is the model, as --methods model:full", 2)
    return entries


def _entries(text: str, others: Collection[str], models: Sequence[str]) -> Iterator[Entry]:
    modes: dict[str, Mode] = {"model": "full", **{f"model:{mode}": mode for mode in MODES}}
    for word in map(str.strip, text.split(",")):
        if word in others:
            yield Entry(word)
        elif word in modes:
            if not models:
                yield Entry("model", modes[word])
            for model in models:
                yield Entry("model", modes[word], model)
        else:
            known = ", ".join([*list(modes)[1:], *others])
            raise ReconError(f"--methods has no {word or 'empty name'}; there are {known}", 2)
