from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import tifffile

SCRIPTS = Path(__file__).resolve().parents[2] / "examples/cluster"


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_can_be_read(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)


def _run_job(script: str, folder: Path, **variables: str) -> None:
    """Run a script of SLURM where `srun` starts as many processes as it would, all on this machine."""
    (folder / "bin").mkdir(exist_ok=True)
    srun = folder / "bin" / "srun"
    srun.write_text('#!/bin/bash\nfor _ in $(seq "$SLURM_NTASKS"); do "$@" & done\nwait\n')
    srun.chmod(0o755)
    places = os.pathsep.join([str(srun.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    with subprocess.Popen(
        ["bash", SCRIPTS / script],
        cwd=folder,
        env={**os.environ, "PATH": places, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as job:
        try:
            assert job.wait(900) == 0
        finally:  # SLURM ends the steps of a job with its script
            with suppress(ProcessLookupError):
                os.killpg(job.pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_job_of_slurm_has_a_scheduler_workers_and_the_command(tmp_path: Path) -> None:
    _write_scans(tmp_path, 3)
    _run_job("slurm_job.sh", tmp_path, SLURM_JOB_ID="7", SLURM_NTASKS="2", SLURM_CPUS_PER_TASK="1")
    lines = [json.loads(line) for line in (tmp_path / "log-7.jsonl").read_text("utf-8").splitlines()]
    assert [Path(line["output"]).name for line in lines] == [f"s{k}_denoised.tif" for k in range(3)]
    assert all((tmp_path / line["output"]).is_file() for line in lines)
    assert not list(tmp_path.glob("scheduler-*"))


@pytest.mark.slow
def test_a_task_of_an_array_takes_its_part_of_the_files(tmp_path: Path) -> None:
    _write_scans(tmp_path, 12)
    _run_job("slurm_array.sh", tmp_path, SLURM_ARRAY_TASK_ID="1", SLURM_CPUS_PER_TASK="1")
    made = sorted(path.name for path in (tmp_path / "cleaned").iterdir())
    assert made == ["s11_denoised.tif", "s1_denoised.tif"]


def _write_scans(folder: Path, count: int) -> None:
    (folder / "scans").mkdir()
    for number in range(count):
        noisy = np.random.default_rng(number).integers(0, 255, (16, 16), np.uint8)
        tifffile.imwrite(folder / "scans" / f"s{number}.tif", noisy)


@pytest.mark.slow
def test_two_processes_share_a_training() -> None:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", SCRIPTS / "train_two.sh"],
        env={**os.environ, "PATH": places},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    folder = Path(done.stdout.split()[-1])
    assert (folder / "tiny.safetensors").is_file()
    assert len((folder / "tiny.safetensors.jsonl").read_text("utf-8").splitlines()) >= 2
