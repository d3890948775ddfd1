from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from recon_cli.engine.result import GAP, StopRule
from recon_cli.priors.prior import Used
from recon_cli.reconstruction import Reconstruction
from recon_cli.reporting.json_line import json_line
from recon_cli.reporting.reconstruction_json import failure_fields, reconstruction_fields
from recon_cli.workflows.file_workflow import FileDescription, FileTask

TASK = FileTask(Path("a.npy"), None, figure=Path("f.pdf"), zero_filled=Path("z.npy"))
NAMES = {"input": "a.npy", "output": "-", "figure": "f.pdf", "zero_filled": "z.npy"}


def test_a_line_holds_the_file_how_it_was_solved_and_its_scores() -> None:
    used = Used("model", "full (admm)", {"beta": 0.05}, "mine", settings={"mode": "full", "solver": "admm"})
    done = Reconstruction(
        np.zeros((1, 2, 2)), 20, 2.5, math.nan, True, (used,), 1.23456, "cpu", StopRule(GAP, 1e-3),
        distance=0.25, threads=2,
    )  # fmt: skip
    description = FileDescription("", (), {"frames": 1}, (), {"psnr": math.inf})
    fields = json.loads(json_line(reconstruction_fields(TASK, description, done)))
    assert fields.pop("peak_memory_mib") > 10
    assert "use" in fields.pop("compiled_loops")
    assert fields == NAMES | {
        "frames": 1, "method": "model", "mode": "full", "solver": "admm", "iterations": 20, "converged": True,
        "objective": 2.5, "gap": None, "distance": 0.25, "threads": 2, "seconds": 1.2346, "device": "cpu",
        "psnr": None,
    }  # fmt: skip


def test_a_failure_is_a_line_too() -> None:
    assert failure_fields(TASK, "it is damaged") == NAMES | {"error": "it is damaged"}
    assert failure_fields(FileTask(None, Path("b.npy")), "no") == {
        "input": "-", "output": "b.npy", "error": "no"
    }  # fmt: skip
