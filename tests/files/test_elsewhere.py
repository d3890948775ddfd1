from __future__ import annotations

import threading
from pathlib import Path

import pytest

from recon_cli.files.elsewhere import elsewhere, staying_here


def test_the_current_folder_waits_for_threads_that_use_relative_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begun, seen = threading.Event(), list[Path]()
    going = threading.Event()

    def use_relative_paths() -> None:
        with staying_here():
            begun.set()
            going.wait(0.3)  # the other thread would be elsewhere by then
            seen.append(Path.cwd())

    def go_elsewhere() -> None:
        with elsewhere():
            going.set()
            assert Path.cwd() != tmp_path

    threads = [threading.Thread(target=use_relative_paths), threading.Thread(target=go_elsewhere)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join(10)
    assert seen == [tmp_path]
    assert going.is_set()
    assert Path.cwd() == tmp_path


def test_a_thread_that_stays_may_go_elsewhere_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with staying_here():
        with elsewhere():
            assert Path.cwd() != tmp_path
        assert Path.cwd() == tmp_path
