from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recon_cli import threads


def running(folder: Path, count: int) -> Path:
    """Return a file like /proc/stat with so many running processes, this one among them."""
    place = folder / "stat"
    place.write_text(f"cpu 1 2 3\nprocs_running {count}\nprocs_blocked 0\n")
    return place


@pytest.fixture
def eight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of eight cores, all allowed."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(threads, "_QUOTA", Path("there is none"))


@pytest.mark.usefixtures("eight")
@pytest.mark.parametrize(("count", "free"), [(1, 8), (4, 5), (8, 1), (20, 1)])
def test_a_core_that_another_process_uses_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int, free: int
) -> None:
    monkeypatch.setattr(threads, "_STATISTICS", running(tmp_path, count))
    assert threads.free_cores() == free


@pytest.mark.usefixtures("eight")
def test_affinity_and_the_quota_of_a_container_are_limits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(threads, "_STATISTICS", running(tmp_path, 1))
    quota = tmp_path / "cpu.max"
    for text, free in (("max 100000", 8), ("300000 100000", 3), ("50000 100000", 1), ("nonsense", 8)):
        quota.write_text(text)
        monkeypatch.setattr(threads, "_QUOTA", quota)
        assert threads.free_cores() == free
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5}, raising=False)
    assert threads.free_cores() == 2


@pytest.mark.usefixtures("eight")
def test_the_load_stands_in_where_the_running_processes_are_not_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(threads, "_STATISTICS", tmp_path / "missing")
    monkeypatch.setattr(os, "getloadavg", lambda: (2.6, 1.0, 1.0))
    assert threads.free_cores() == 5


def threads_of(**environment: str) -> tuple[str, str]:
    """Return the number of threads that PyTorch uses after `use_free_cores`, and how they wait."""
    code = (
        "import os; from recon_cli.threads import use_free_cores; use_free_cores(); import torch; "
        "print(torch.get_num_threads(), os.environ['OMP_WAIT_POLICY'], os.environ['OMP_NUM_THREADS'])"
    )
    cleaned = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=cleaned | environment, capture_output=True, text=True, check=True
    )
    count, policy, told = done.stdout.split()
    assert count == told
    return count, policy


@pytest.mark.slow
def test_pytorch_uses_the_free_cores_and_what_the_environment_says_goes_first() -> None:
    count, policy = threads_of()
    assert 1 <= int(count) <= (os.cpu_count() or 1)
    assert policy == "PASSIVE"
    assert threads_of(OMP_NUM_THREADS="1", OMP_WAIT_POLICY="ACTIVE") == ("1", "ACTIVE")
