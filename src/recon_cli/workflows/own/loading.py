"""The operator in a Python file of the user: the one place where code is run that is not the program's."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...engine.operators import LinearOperator
from ...errors import ReconError

_MODULE = "recon_operator"
_AGREEMENT = 1e-5
"""Of the two inner products, relative to the norms."""


class OwnOperator:
    """What `--operator FILE.py:NAME` names, once its file was run.

    NAME is an operator, or is called with the shape of an image's data and returns one.
    """

    def __init__(self, words: str) -> None:
        """Run the file.

        Raises:
            ReconError: when there is no such file or name, or the file raises an error.
        """
        self._words = words
        file, colon, self._name = words.rpartition(":")
        self.path = Path(file)
        if not (colon and file and self._name.isidentifier()):
            raise ReconError(f"--operator takes FILE.py:NAME, as my_operator.py:Operator, and is {words}", 2)
        if not self.path.is_file():
            raise ReconError(f"--operator {file} is no file", 2)
        with self.running("when it was run"):
            self._made = self._found(_run(self.path))

    def __reduce__(self) -> tuple[type[OwnOperator], tuple[str]]:
        """Go to another process by name: the file is run there, too."""
        return OwnOperator, (self._words,)

    def _found(self, names: dict[str, Any]) -> Any:
        if self._name in names:
            return names[self._name]
        known = ", ".join(
            name
            for name, value in names.items()
            if isinstance(value, LinearOperator) or (callable(value) and value.__module__ == _MODULE)
        )
        raise ReconError(f"{self.path} has no {self._name}; it has {known or 'nothing that could be one'}", 2)

    def of(self, shape: tuple[int, ...]) -> LinearOperator:
        """Return the operator for data of images of a shape, checked.

        Raises:
            ReconError: when it is none, raises an error, measures other data, or its adjoint is another's.
        """
        made = self._made
        lacking = getattr(made, "__abstractmethods__", ())
        if lacking:
            names = " and ".join(sorted(lacking))
            raise ReconError(f"{self._name} of {self.path} lacks {names}, which every operator has")
        if callable(made) and not isinstance(made, LinearOperator):
            with self.running(f"when {self._name} was called with the shape {shape}"):
                made = made(shape)
        if not isinstance(made, LinearOperator):
            raise ReconError(
                f"{self._name} of {self.path} is or gives a {type(made).__name__}, not a LinearOperator of "
                "recon_cli.operators"
            )
        with self.running("in forward or adjoint of random images"):
            self._check(made, shape)
        return made

    def _check(self, operator: LinearOperator, shape: tuple[int, ...]) -> None:
        height, width = operator.image_shape
        random = torch.Generator().manual_seed(0)
        x = torch.randn(2, height, width, generator=random, dtype=torch.float64)
        seen = operator.forward(x)
        if tuple(seen.shape) != (2, *shape):
            raise ReconError(
                f"the data of an image have the shape {shape}, and {self._name} of {self.path} makes "
                f"{tuple(seen.shape[1:])} of an image of {height} x {width} pixels"
            )
        y = torch.randn(seen.shape, generator=random, dtype=seen.dtype)
        back = operator.adjoint(y)
        if back.shape != x.shape:
            raise ReconError(
                f"the adjoint of {self._name} of {self.path} gives {tuple(back.shape)} for the data of 2 "
                f"images of {height} x {width} pixels"
            )
        doubled = operator.forward(2 * x[:1]) - 2 * seen[:1]
        if float(doubled.abs().max()) > _AGREEMENT * float(seen.abs().max()):
            raise ReconError(
                f"{self._name} of {self.path} is not linear: twice the image is not twice the data"
            )
        there, here = _inner(seen, y), _inner(x, back)
        off = abs(there - here) / max(float(seen.norm()) * float(y.norm()), 1e-300)
        if not off <= _AGREEMENT:
            raise ReconError(
                f"the adjoint of {self._name} of {self.path} is not that of its forward: for random x and y "
                f"<H x, y> is {there:.6g}, and <x, H' y> is {here:.6g}"
            )

    @contextmanager
    def running(self, when: str) -> Iterator[None]:
        """Turn what the user's code raises into a sentence with its line.

        Args:
            when: it is run, in words.
        """
        try:
            yield
        except (ReconError, MemoryError):
            raise
        except Exception as error:
            said = (str(error).splitlines() or [""])[0]
            raise ReconError(
                f"{self.path}{_line(error, self.path)} raised {type(error).__name__} {when}: {said}"
            ) from error


def _run(path: Path) -> dict[str, Any]:
    """Run a Python file as a module and return its names."""
    spec = importlib.util.spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None:
        raise ReconError(f"--operator {path} is no Python file; its name ends in .py", 2)
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module  # dataclasses look there
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


def _line(error: Exception, path: Path) -> str:
    """Return where in the user's file an error arose, as `, line 12`."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).resolve() == path.resolve()]
    return f", line {lines[-1]}" if lines else ""


def _inner(a: Tensor, b: Tensor) -> float:
    """Return the real part of an inner product."""
    return float((a.conj() * b).real.sum())
