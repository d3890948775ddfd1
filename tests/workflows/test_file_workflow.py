"""Settings and tasks of both commands are values that another process can work on."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recon_cli.priors import ZeroFilling
from recon_cli.priors.scikit import Wavelets
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.files import FileDenoiser
from recon_cli.workflows.denoising.noise import GaussianNoise
from recon_cli.workflows.file_workflow import FilePart, FileTask, FileWorkflow
from recon_cli.workflows.mri.files import KSpaceReconstructor
from recon_cli.workflows.mri.sampling import Undersampling


def _workflows() -> list[FileWorkflow[Any, Any]]:
    mask = np.ones((12, 11), bool)
    return [
        FileDenoiser(Wavelets(), Solver(), GaussianNoise(25)),
        KSpaceReconstructor(ZeroFilling(), Solver(), Undersampling(mask, name="mask.npy")),
    ]


@pytest.mark.parametrize("index", [0, 1])
def test_a_copy_does_the_same(tmp_path: Path, index: int) -> None:
    values = np.random.default_rng(0).uniform(0.2, 0.8, (12, 11))
    content = values if index == 0 else np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(values), norm="ortho"))
    np.save(tmp_path / "in.npy", content)
    workflow, results = _workflows()[index], []
    for number in (0, 1):
        task = FileTask(tmp_path / "in.npy", tmp_path / f"out{number}.npy")
        if number == 1:
            workflow, task = pickle.loads(pickle.dumps((workflow, task)))
        solved = workflow.solve(task, workflow.read(task))
        workflow.write(task, solved)
        description = pickle.loads(pickle.dumps(workflow.describe(task, solved)))
        assert dict(description.rows)["output"].startswith(str(task.target))
        results.append(np.load(task.outputs[0]))
    np.testing.assert_array_equal(results[0], results[1])


def test_the_outputs_of_a_task_are_what_is_written() -> None:
    assert FileTask(None, None).outputs == ()
    full = FileTask(Path("a"), Path("b"), Path("c"), Path("d"), Path("e"))
    assert full.outputs == (Path("b"), Path("d"), Path("e"))
    assert (full.name, FileTask(None, None).name) == ("a", "-")


def test_words_about_a_part_know_its_number() -> None:
    part = FilePart("frame", 3, 12)
    assert part == "frame 3 of 12"
    assert (part.noun, part.number, part.parts) == ("frame", 3, 12)
    assert FilePart("frame", 1, 1) == ""
