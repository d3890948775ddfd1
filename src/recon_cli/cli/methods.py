"""Options that mean nothing beside the others: they are refused, wherever they were given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ReconError
from .undersampling import pattern_of

if TYPE_CHECKING:
    import typer

_Values = Mapping[str, Any]
_Rule = Callable[[_Values], tuple[Collection[str], str]]
"""Takes the values of all options; returns those that mean nothing, and beside what."""

_MODELS_OWN = {"mode", "solver", "inner", "steps", "border", "model", "beta", "lam"}
_SOLVERS = {"tol", "max_iter", "device"}
_OF_METHODS = {
    "model": {"weight"},
    "crr": _MODELS_OWN - {"model"} | {"weight"},
    "tv": _MODELS_OWN,
    "nlm": _MODELS_OWN | _SOLVERS | {"weight", "params"},
    "wavelet": _MODELS_OWN | _SOLVERS | {"weight", "params"},
    "zero-filling": _MODELS_OWN | _SOLVERS - {"device"} | {"weight", "params"},
}
_OF_KSPACE = _OF_METHODS | {"wavelet": _MODELS_OWN | {"tol", "params"}}
_OF_TUNED = {
    "model": {"mus", "weights"},
    "crr": {"betas", "weights", "mode"},
    "tv": {"betas", "lams", "mus", "mode", "model"},
}
_OF_TASKS: Mapping[str, set[str]] = {
    "denoise": set(),
    "deconvolve": {"psf"},
    "inpaint": {"mask", "missing"},
    "upscale": {"factor", "kernel", "align"},
    "tomography": {"angles", "center", "flat", "dark"},
    "mri": {"mask", "ratio", "fft", "axes", "scale"},
}
_OF_MODES = {
    "settled": {"inner", "steps", "solver"},
    "full": {"inner", "steps"},
    "early-stop": {"solver", "steps"},
    "unrolled": {"solver", "tol", "max_iter"},
}
_SIMULATION = {"simulate", "mask", "ratio", "seed", "sigma", "fft", "output", "overwrite", "json", "quiet"}
_UNSET = ("ParameterSource.DEFAULT", "None")


def refuse_foreign_options(context: typer.Context, command: str) -> None:
    """Refuse options that mean nothing beside the others.

    Args:
        context: of the command, parsed.
        command: its name, as `benchmark figure`.

    Raises:
        ReconError: when there are some.
    """
    given = {
        parameter.name: max(parameter.opts, key=len)
        for parameter in context.command.params
        if str(context.get_parameter_source(str(parameter.name))) not in _UNSET
    }
    for rule in _RULES.get(command, ()):
        foreign, where = rule(context.params)
        names = sorted(option for name, option in given.items() if name in foreign)
        if names:
            raise ReconError(f"{', '.join(names)}: not for {where}", 2)


def refuse_opposites(**flags: bool) -> None:
    """Refuse two flags that were both given.

    Raises:
        ReconError: when both are true.
    """
    if all(flags.values()):
        first, second = (f"--{name.replace('_', '-')}" for name in flags)
        raise ReconError(f"{first} and {second} are opposites; give one", 2)


def _by(option: str, table: Mapping[str, Collection[str]]) -> _Rule:
    """Return the rule that a table gives for the values of an option."""
    return lambda values: (table[values[option]], f"--{option} {values[option]}")


def _mode(values: _Values) -> tuple[Collection[str], str]:
    return _OF_MODES[values["mode"]] if values["method"] == "model" else (), f"--mode {values['mode']}"


def _simulation(values: _Values) -> tuple[Collection[str], str]:
    if values["simulate"] is None:
        return {"sigma"}, "k-space that was measured, whose noise is --noise-level; it goes with --simulate"
    return values.keys() - _SIMULATION - {"config", "kspace"}, "--simulate"


def _format(place: str, inputs: str) -> _Rule:
    """Return the rule for a format of standard output, by the names of the options of a command."""

    def rule(values: _Values) -> tuple[Collection[str], str]:
        piped = "-" in (values[inputs] or ()) if values[place] is None else values[place] == "-"
        return () if piped else {
            "to_format"
        }, "files, whose suffix after -o decides; it is for standard output"

    return rule


def _mask(values: _Values) -> tuple[Collection[str], str]:
    mask, simulated = values["mask"], values.get("simulate") is not None
    if simulated if mask is None else pattern_of(mask):
        return (), ""
    only = {"ratio"} if simulated or "task" in values else {"ratio", "seed"}  # these have more of chance
    return only, "a mask that is read; radial, cartesian or random after --mask generate one"


def _fields(values: _Values) -> tuple[Collection[str], str]:
    return () if values["flat"] else {"dark"}, "line integrals; it goes with --flat"


def _task(values: _Values) -> tuple[Collection[str], str]:
    others = set().union(*_OF_TASKS.values()) - _OF_TASKS[values["task"]]
    return others, f"--task {values['task']}"


def _figure(values: _Values) -> tuple[Collection[str], str]:
    foreign = {"ratio", "seed", "fft", "tune_each"} if values["mask"] is None else ()
    return foreign, "denoising; with --mask MRI is drawn"


_METHOD = _by("method", _OF_METHODS)
_PICTURES = (_METHOD, _mode, _format("output", "images"))
_RULES: Mapping[str, Collection[_Rule]] = {
    "denoise": _PICTURES,
    "inpaint": _PICTURES,
    "deconvolve": _PICTURES,
    "upscale": _PICTURES,
    "tomography": (_METHOD, _mode, _fields, _format("output", "sinograms")),
    "run": (_METHOD, _mode, _format("output", "data")),
    "mri": (_simulation, _by("method", _OF_KSPACE), _mode, _mask, _format("output", "kspace")),
    "tune": (_by("method", _OF_TUNED), _task, _mask, _fields),
    "benchmark figure": (_figure, _mask),
    "benchmark mri": (_mask,),
    "simulate mri": (lambda values: _mask({**values, "simulate": True}),),
}
