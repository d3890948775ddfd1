from __future__ import annotations

import operator
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recon_cli.cluster import ready
from recon_cli.cluster.address import check_scheduler
from recon_cli.cluster.executor import ClusterExecutor
from recon_cli.errors import ReconError

CALL = partial(map, operator.call)
"""A function of modules that every process knows: it calls what it is given."""


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterExecutor]:
    """Two workers in this process."""
    with ClusterExecutor("local:2", [tmp_path_factory.mktemp("results")]) as executor:
        yield executor


def test_results_come_in_the_order_of_the_values(executor: ClusterExecutor) -> None:
    slow = [[partial(time.sleep, 0.6), partial(int, 0)], *([partial(int, k)] for k in range(1, 6))]
    assert list(executor.run(CALL, slow)) == [None, *range(6)]  # type: ignore[arg-type]
    assert list(executor.run(range, [])) == []


def test_tasks_are_submitted_as_they_can_be_served(executor: ClusterExecutor) -> None:
    """Values are taken one after the other: there is no graph of all of them."""
    taken: list[int] = []
    outcomes = executor.outcomes(range, (taken.append(k) or 1 for k in range(100)))
    for _ in range(3):
        next(outcomes)
    assert len(taken) <= 3 + 2 * 2 + 2
    outcomes.close()  # type: ignore[attr-defined]


def test_what_is_shared_is_sent_once_and_is_one_object(executor: ClusterExecutor) -> None:
    large = np.arange(1000)
    executor.share(large)
    (size,) = {len(each) for each in executor.run(CALL, [[partial(_dumped, large)]] * 2)}  # type: ignore[arg-type]
    assert size == large.nbytes


_dumped = np.ndarray.tobytes


def test_a_task_that_fails_is_begun_again_twice(executor: ClusterExecutor, tmp_path: Path) -> None:
    value = [partial(tempfile.mkdtemp, dir=tmp_path), partial(int, "x")]
    failed, went_on = executor.outcomes(CALL, [value, [partial(int, "3")]])  # type: ignore[arg-type]
    assert isinstance(failed, ValueError)
    assert went_on == [3]
    assert len(list(tmp_path.iterdir())) == 3


def test_what_is_wrong_everywhere_is_not_tried_again(executor: ClusterExecutor, tmp_path: Path) -> None:
    value = [partial(tempfile.mkdtemp, dir=tmp_path), partial(check_scheduler, "nothing")]
    with pytest.raises(ReconError, match="and is nothing") as raised:
        list(executor.run(CALL, [value]))  # type: ignore[arg-type]
    assert raised.value.exit_code == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_a_process_that_ends_is_told_and_the_rest_goes_on(executor: ClusterExecutor) -> None:
    failed, went_on = executor.outcomes(CALL, [[partial(os._exit, 7)], [os.getcwd]])
    assert str(failed) == "the process of a worker ended with code 7; its memory may be small"
    assert went_on == [str(Path.cwd())]


def test_a_worker_has_the_threads_that_its_tasks_compute_in(executor: ClusterExecutor) -> None:
    (threads,) = executor.run(CALL, [[partial(os.getenv, "OMP_NUM_THREADS")]])  # type: ignore[list-item]
    assert threads == "1"


def test_memory_that_a_solver_frees_is_not_given_back_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")
    value = [partial(os.getenv, "MALLOC_TRIM_THRESHOLD_", "usual")]
    with ClusterExecutor("local:1") as executor:
        (found,) = executor.run(CALL, [value])  # type: ignore[list-item]
    assert found == "usual"


def test_a_worker_has_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    value = [partial(time.sleep, 0.5), partial(os.getenv, "CUDA_VISIBLE_DEVICES")]
    with ClusterExecutor("local:2") as executor:
        found = list(executor.run(CALL, [value] * 2))  # type: ignore[list-item]
    assert sorted(filter(None, found)) == ["3", "5"]


def test_what_is_left_unfinished_is_removed_and_the_processes_end(tmp_path: Path) -> None:
    with ClusterExecutor("local:1", [tmp_path]) as executor:
        left = tmp_path / f".recon-{executor.run_name}-1234"
        left.mkdir()
        (pid,) = executor.run(CALL, [[os.getpid]])
        os.kill(pid, 0)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nothing", "--scheduler takes an address, as tcp://host:8786, the file of a scheduler, or local:N"),
        ("local:0", "and is local:0"),
    ],
)
def test_what_is_no_scheduler_is_refused(words: str, said: str) -> None:
    with pytest.raises(ReconError, match=said):
        ClusterExecutor(words)


def test_a_worker_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "__version__", "9.9")
    with pytest.raises(
        ReconError, match=r"the worker .* has recon .*, and here it is 9\.9; install the same"
    ):
        ClusterExecutor("local:1")
    monkeypatch.setattr(ready, "PACKAGE", "not-installed")
    with pytest.raises(ReconError, match=r"has no recon; install version 9\.9 there"):
        ClusterExecutor("local:1")


@pytest.mark.slow
def test_a_killed_worker_and_a_lost_scheduler(tmp_path: Path) -> None:
    """Workers that are processes of their own, with nannies: what a killed one did is done again."""
    distributed = pytest.importorskip("distributed")
    options: Any = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": "127.0.0.1:0",
    }
    with distributed.LocalCluster(**options, local_directory=str(tmp_path), host="127.0.0.1") as cluster:
        with ClusterExecutor(cluster.scheduler_address) as executor:
            nanny = next(iter(cluster.workers.values()))
            threading.Timer(1.5, os.kill, (nanny.pid, signal.SIGKILL)).start()
            assert list(executor.run(CALL, [[partial(time.sleep, 1.0)]] * 5)) == [None] * 5
        with pytest.raises(ReconError, match=r"the scheduler tcp://.* is lost; what is written stays"):
            _lose(cluster)


def _lose(cluster: Any) -> None:
    with ClusterExecutor(cluster.scheduler_address) as executor:
        threading.Timer(1.0, cluster.close).start()
        list(executor.run(CALL, [[partial(time.sleep, 2.0)]] * 20))


@pytest.mark.slow
def test_a_cluster_that_adapts_begins_its_workers_for_the_tasks(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    options: Any = {"n_workers": 0, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    said: list[str] = []
    with distributed.LocalCluster(**options, local_directory=str(tmp_path), host="127.0.0.1") as cluster:
        cluster.adapt(minimum=0, maximum=1, interval="100ms")
        with ClusterExecutor(cluster.scheduler_address, say=said.append) as executor:
            assert list(executor.run(range, [2, 3])) == [0, 1, 0, 1, 2]
    (sentence,) = said
    assert sentence.endswith("has no worker yet; waiting for the first")


@pytest.mark.slow
def test_a_scheduler_that_is_lost_before_it_has_workers(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    options: Any = {"n_workers": 0, "dashboard_address": "127.0.0.1:0"}
    with (
        distributed.LocalCluster(**options, local_directory=str(tmp_path), host="127.0.0.1") as cluster,
        pytest.raises(ReconError, match=r"the scheduler tcp://.* is lost; what is written stays"),
    ):
        ClusterExecutor(cluster.scheduler_address, say=lambda _: threading.Timer(1.0, cluster.close).start())
