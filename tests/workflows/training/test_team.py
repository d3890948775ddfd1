from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from recon_cli.errors import ReconError
from recon_cli.workflows.training.team import join_team

SCRIPT = """
import json, sys
from functools import partial
import torch
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.subjects import subject_of
from recon_cli.workflows.training.team import join_team
from recon_cli.workflows.training.trainer import Trainer

configuration = DictionaryConfiguration(
    sigma=25, atoms=24, patch_size=5, crop_size=24, margin=4, train_steps=6, tune=False
)
image = torch.linspace(0, 40, 60 * 70).sin().view(60, 70) / 2 + 0.5


def step():
    # as in a training: nothing of it outlives the process group into the interpreter's end
    with join_team("cpu", 4) as team:
        trainer = Trainer(configuration, [image], partial(subject_of, configuration, None), "", team)
        loss = trainer.advance()
        return team, loss, trainer.model.raw.grad.tolist(), team.any(team.rank == 1)


team, loss, gradient, any_ = step()
if team.rank == 0:
    json.dump({"loss": loss, "gradient": gradient, "size": team.size, "any": any_},
              open(sys.argv[1], "w"))
"""


def step(folder: Path, processes: int) -> dict[str, object]:
    """Do one training step in so many gloo processes."""
    script, place = folder / "script.py", folder / f"{processes}.json"
    script.write_text(SCRIPT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    running = []
    for rank in range(processes):
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        if processes > 1:
            environment |= {
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": str(processes),
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": port,
            }
        running.append(subprocess.Popen([sys.executable, script, place], env=environment))
    assert [process.wait(timeout=120) for process in running] == [0] * processes
    return json.loads(place.read_text())


@pytest.mark.slow
def test_two_processes_take_the_step_of_one(tmp_path: Path) -> None:
    one, two = step(tmp_path, 1), step(tmp_path, 2)
    assert (one["size"], two["size"]) == (1, 2)
    assert (one["any"], two["any"]) == (False, True)
    assert two["loss"] == pytest.approx(one["loss"], rel=1e-5)
    first, second = torch.tensor(one["gradient"]), torch.tensor(two["gradient"])
    assert float((first - second).norm() / first.norm()) < 5e-3


def test_a_batch_that_cannot_be_shared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    monkeypatch.setenv("RANK", "0")
    with pytest.raises(ReconError, match="4 crops cannot be shared by 3 processes"), join_team("cpu", 4):
        pass
