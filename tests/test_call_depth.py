"""The house: few functions stand between a command and the loop of its solver."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import recon_cli
from recon_cli.engine.solvers.joint_iteration import JointIteration

from .cli.run import recon_here

MOST = 12
SOURCE = str(Path(recon_cli.__file__).parent)


def _waiting() -> list[str]:
    """Return the functions of the package that wait for the caller, the first one first."""
    frame, names = sys._getframe(2), list[str]()
    while frame is not None:
        if frame.f_code.co_filename.startswith(SOURCE):
            names.append(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}")
        frame = frame.f_back  # type: ignore[assignment]
    return names[::-1]


@pytest.mark.parametrize(
    ("command", "shape", "options"),
    [
        ("denoise", (24, 24), ["--sigma", "25"]),
        ("denoise", (24, 24, 3), ["--sigma", "25"]),
        ("inpaint", (24, 24), ["--sigma", "5", "--mask", "mask.npy"]),
        ("mri", (24, 24), []),
        ("mri", (3, 24, 24), ["--maps", "maps.npy"]),
    ],
)
def test_at_most_twelve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, shape: tuple[int, ...], options: list[str]
) -> None:
    random = np.random.default_rng(0)
    values = random.uniform(size=shape)
    if command == "mri":
        values = np.fft.fftshift(np.fft.fft2(values, norm="ortho"), (-2, -1))
    np.save(tmp_path / "in.npy", values)
    np.save(tmp_path / "mask.npy", random.uniform(size=(24, 24)) < 0.5)
    np.save(tmp_path / "maps.npy", np.ones((3, 24, 24), complex) / 3**0.5)
    advance, seen = JointIteration.advance, []

    def look(solver: JointIteration, *more: Any) -> None:
        seen.append(_waiting())
        advance(solver, *more)

    monkeypatch.setattr(JointIteration, "advance", look)
    monkeypatch.chdir(tmp_path)
    done = recon_here(command, "in.npy", *options, "-o", "out.npy")
    assert done.exit_code == 0, done.output
    loops = ("joint_admm.short_admm", "joint_admm.settled_admm")
    for loop in loops:
        names = next(names for names in seen if loop in names)
        between = names[names.index(f"{command}.{command}") + 1 : names.index(loop)]
        assert 5 < len(between) <= MOST, " > ".join(between)
