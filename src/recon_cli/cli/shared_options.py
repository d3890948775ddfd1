"""Options that several commands take alike, stated once as the fields of a dataclass."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, get_type_hints


def with_options(options: type[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the fields of a dataclass as options.

    The command takes the values as its last parameter, `options`. Typer sees its other parameters and, after
    them, the fields with their `Annotated` types and defaults.
    """
    added = _parameters(options)  # type: ignore[arg-type]  # classes can be hashed

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = get_type_hints(command, include_extras=True)
        parameters = inspect.signature(command).parameters.values()
        kept = [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=own[parameter.name])
            for parameter in parameters
            if parameter.name != "options"
        ]

        @wraps(command)
        def called(**values: Any) -> None:
            shared = options(**{parameter.name: values.pop(parameter.name) for parameter in added})
            command(**values, options=shared)

        every = [*kept, *added]
        called.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        called.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
        return called

    return decorate


@cache
def _parameters(options: type[Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(options, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=hints[field.name],
            default=inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default,
        )
        for field in dataclasses.fields(options)
    ]
