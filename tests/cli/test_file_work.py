"""What is done with a file, where an earlier try of it was killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from recon_cli.cli.file_work import AwayTask, FileOutcome, FileWork, do_file
from recon_cli.errors import ReconError
from recon_cli.files.temporary import mark_names, remove_unfinished
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.files import FileDenoiser
from recon_cli.workflows.denoising.noise import GaussianNoise
from recon_cli.workflows.file_workflow import FileDescription, FileTask, Follow

RUN = "a-run"


class _Killed(BaseException):
    """Ends a try where nothing may be cleaned up."""


@dataclass
class _Report:
    """A page that says which try wrote it, as one says how long the solver took."""

    tried: int
    killed: bool

    def follow(self, task: FileTask, follow: Follow) -> Follow:
        return follow

    def write(self, task: FileTask, description: FileDescription, solved: Any) -> None:
        from recon_cli.files.atomic import write_atomically

        if self.killed:
            raise _Killed
        assert task.report
        write_atomically(task.report, lambda file: file.write(b"%d" % self.tried))


def _try(task: FileTask, tried: int, killed: bool = False) -> list[FileOutcome]:
    def draw(solved: Any) -> Figure:
        figure = Figure()
        figure.suptitle(f"try {tried}")
        return figure

    denoiser = FileDenoiser(DictionaryPrior(), Solver("unrolled"), GaussianNoise(25))
    work: Any = FileWork(denoiser, draw, _Report(tried, killed))  # type: ignore[arg-type]
    return list(do_file(AwayTask(task, task.outputs), work))


@pytest.fixture
def task(tmp_path: Path) -> Iterator[FileTask]:
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (12, 12), np.uint8)).save(tmp_path / "a.png")
    mark_names(RUN)
    source, target, figure, report = (tmp_path / name for name in ("a.png", "r.png", "f.png", "r.html"))
    yield FileTask(source, target, figure=figure, report=report)
    mark_names("")


def test_a_try_after_one_that_was_killed_between_figure_and_report(task: FileTask) -> None:
    with pytest.raises(_Killed):
        _try(task, 1, killed=True)
    assert task.target
    assert task.figure
    assert task.report
    figure = task.figure.read_bytes()
    assert not task.report.exists()
    (outcome,) = _try(task, 2)
    assert outcome.fields["output"] == str(task.target)
    assert task.figure.read_bytes() == figure
    assert task.report.read_bytes() == b"2"
    remove_unfinished(RUN, [task.target.parent])
    assert sorted(p.name for p in task.target.parent.iterdir()) == ["a.png", "f.png", "r.html", "r.png"]


def test_what_another_program_has_put_there_is_not_replaced(task: FileTask) -> None:
    assert task.figure
    task.figure.write_bytes(b"of somebody else")
    with pytest.raises(ReconError, match=r"f\.png has appeared meanwhile"):
        _try(task, 1)
    assert task.figure.read_bytes() == b"of somebody else"
