"""What `--methods` and `--model` name: methods, of the model with its mode, and what they have learned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, get_args

from ...arguments import meant
from ...errors import ReconError
from ...files.parameters import STRENGTHS
from ...models.registry import kind_of_model
from ...modes import Mode
from ...priors.choosing import NAMES

if TYPE_CHECKING:
    from ...engine.measurement import Task

_EXAMPLES = {"model": "model:settled", "crr": "crr"}
"""Of the methods that have learned something, as `--methods` names them."""


class Entry(NamedTuple):
    """A method.

    Attributes:
        method: its name.
        mode: of the model; `settled` for other methods, which have none.
        model: bundled name or file, None for what suits.
    """

    method: str
    mode: Mode = "settled"
    model: str | None = None

    @property
    def name(self) -> str:
        """The entry in words."""
        word = f"model:{self.mode}" if self.method == "model" else self.method
        return word + (f" ({self.model})" if self.model else "")


def _by_method(models: Sequence[str]) -> dict[str, list[str]]:
    """Sort bundled names and files: dictionaries are for `model`, ridge regularisers for `crr`."""
    sorted_models: dict[str, list[str]] = {"model": [], "crr": []}
    for model in models:
        kind = kind_of_model(model)
        sorted_models["crr" if kind == "ridge regulariser" else "model"].append(model)
    return sorted_models


def parse_entries(text: str, task: Task, models: Sequence[str], minima: bool = False) -> list[Entry]:
    """Read a list of methods.

    Args:
        text: names with commas between them; `model:settled`, `model:full`, `model:early-stop` or
            `model:unrolled` for the model, `model` for the first of these.
        task: what the methods are for.
        models: bundled names and files, of `model` and of `crr`; each mode of a method stands for all of
            its own, and without any takes what suits.
        minima: whether methods and modes that look for no minimum are left out: they are for denoising alone.

    Raises:
        ReconError: when a method is unknown, there is none, none takes a model, or a file is missing
            or damaged.
    """
    by_method = _by_method(models)
    others = [name for name in NAMES[task][1:] if name in STRENGTHS or not minima]
    modes: Sequence[Mode] = ("settled", "full") if minima else get_args(Mode)
    entries = list(dict.fromkeys(_entries(text, others, modes, by_method)))
    taken = {entry.model for entry in entries}
    for method, names in by_method.items():
        for name in names:
            if name not in taken:
                example = _EXAMPLES[method]
                raise ReconError(f"no method takes --model {name}, as --methods {example} would", 2)
    return entries


def _entries(
    text: str, others: Collection[str], allowed: Sequence[Mode], models: Mapping[str, Sequence[str]]
) -> Iterator[Entry]:
    modes: dict[str, Mode] = {"model": "settled", **{f"model:{mode}": mode for mode in allowed}}
    for word in map(str.strip, text.split(",")):
        if word not in modes and word not in others:
            known = ", ".join([*list(modes)[1:], *others])
            asked = f"{word or 'empty name'}{meant(word, [*modes, *others])}"
            raise ReconError(f"--methods has no {asked}; there are {known}", 2)
        method = "model" if word in modes else word
        names: Sequence[str | None] = models.get(method) or (None,)
        for model in names:
            yield Entry(method, modes.get(word, "settled"), model)
