"""The settings of a training as a user gives them, checked."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from ...errors import ReconError
from ...files.parsed import shown
from .configuration import Count, DictionaryConfiguration, Positive, TrainingConfiguration

REACH = 13
"""Side of the composed filters of a ridge regulariser."""


class RidgeConfiguration(TrainingConfiguration):
    """What decides a convex ridge regulariser, but the images.

    Attributes:
        regulariser: tells its settings from those of a dictionary.
        unroll: gradient steps that are differentiated, with the objective `unrolled`.
    """

    regulariser: Literal["crr"] = "crr"
    objective: Literal["unrolled", "minimum"] = "minimum"
    learning_rate: Positive = 2e-2
    unroll: Count = 10

    @model_validator(mode="after")
    def _check_filters(self) -> Self:
        if self.crop_size < REACH:
            raise ValueError(f"a crop of {self.crop_size} pixels is smaller than a filter of {REACH}")
        return self


_ONLY = {
    "decay": ("schedule", ("steps",)),
    "decays": ("schedule", ("steps",)),
    "unroll": ("objective", ("unrolled",)),
    "width": ("objective", ("adaptive", "likelihood")),
    "dilations": ("objective", ("adaptive", "likelihood")),
    "tasks": ("objective", ("adaptive",)),
}
"""Settings that mean nothing but with some values of another one, their defaults excepted."""


def configure(values: dict[str, Any]) -> DictionaryConfiguration | RidgeConfiguration:
    """Check the values of a training.

    Args:
        values: by the names of `DictionaryConfiguration`, or with `regulariser` of `crr` by those of
            `RidgeConfiguration`; `patches` names the former.

    Raises:
        ReconError: one sentence on the first value that is unknown, missing or out of range.
    """
    kind: type[DictionaryConfiguration | RidgeConfiguration] = RidgeConfiguration
    if values.get("regulariser", "patches") == "patches":
        kind = DictionaryConfiguration
        values = {name: value for name, value in values.items() if name != "regulariser"}
    try:
        made = kind(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = first["loc"][:1] if first["loc"][:1] == ("sigma",) else first["loc"]
        name = shown(".".join(map(str, place)))
        said = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            said = "there is no such setting of a training"
        elif first["type"] == "literal_error" and name == "regulariser":
            said = "there are patches and crr"
        elif first["type"] == "missing":
            said = "it has to be given"
        raise ReconError(f"{name}: {said}" if name else said, 2) from error
    for name, (other, some) in _ONLY.items():
        field = kind.model_fields.get(name)
        if field and getattr(made, name) != field.default and getattr(made, other) not in some:
            raise ReconError(f"{name}: it has a meaning only with {other} {' or '.join(some)}", 2)
    return made
