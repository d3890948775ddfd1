"""Options that go with one method alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ReconError

if TYPE_CHECKING:
    import typer

_MODELS_OWN = {"mode", "solver", "inner", "steps", "border", "model", "params", "beta", "lam"}
_SOLVERS = {"tol", "max_iter", "device"}
_FOREIGN = {
    "model": {"weight"},
    "tv": _MODELS_OWN,
    "nlm": _MODELS_OWN | _SOLVERS | {"weight"},
    "wavelet": _MODELS_OWN | _SOLVERS | {"weight"},
    "zero-filling": _MODELS_OWN | _SOLVERS - {"device"} | {"weight"},
}


def refuse_foreign_options(context: typer.Context, method: str) -> None:
    """Refuse options that mean nothing to a method, wherever they were given.

    Raises:
        ReconError: when there are some.
    """
    source = context.get_parameter_source
    given = sorted(
        name for name in _FOREIGN[method] if name in context.params and str(source(name)) not in _UNSET
    )
    if given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise ReconError(f"{names}: not for --method {method}", 2)


_UNSET = ("ParameterSource.DEFAULT", "None")
