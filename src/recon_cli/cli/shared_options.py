"""Options that several commands take alike, stated once as the fields of a dataclass."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints


def with_options(options: type[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the fields of a dataclass as options.

    The command takes the values as its last parameter, `options`. Typer sees its other parameters and, after
    them, the fields with their `Annotated` types and defaults.
    """
    hints = get_type_hints(options, include_extras=True)
    fields = dataclasses.fields(options)
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(
            field.name,
            kind,
            annotation=hints[field.name],
            default=inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default,
        )
        for field in fields
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = get_type_hints(command, include_extras=True)
        parameters = inspect.signature(command).parameters.values()
        kept = [
            parameter.replace(kind=kind, annotation=own[parameter.name])
            for parameter in parameters
            if parameter.name != "options"
        ]

        @wraps(command)
        def called(**values: Any) -> None:
            shared = options(**{field.name: values.pop(field.name) for field in fields})
            command(**values, options=shared)

        every = [*kept, *added]
        called.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        called.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
        return called

    return decorate
