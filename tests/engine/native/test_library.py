from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from recon_cli.engine.native.library import PACK, in_threads, packed, usable

from ...helpers import normal


def test_they_are_for_single_precision_on_the_cpu() -> None:
    assert usable(torch.zeros(2))
    assert not usable(torch.zeros(2, dtype=torch.float64))
    assert not usable(torch.zeros(2, device="meta"))


@pytest.mark.slow
def test_they_can_be_forbidden() -> None:
    code = "import torch; from recon_cli.engine.native.library import usable; print(usable(torch.zeros(1)))"
    for value, answer in (("0", "False"), ("1", "True")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "RECON_NATIVE": value},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == answer


@pytest.mark.parametrize("rows", [1, 8, 13])
def test_packing_keeps_every_number_and_fills_up_with_zeros(rows: int) -> None:
    matrix = normal(rows, 5, dtype=torch.float32)
    panels = packed(matrix)
    assert panels.shape == (-(-rows // PACK), 5, PACK)
    back = panels.transpose(1, 2).reshape(-1, 5)
    assert torch.equal(back[:rows], matrix)
    assert not back[rows:].any()


@pytest.mark.parametrize("threads", [1, 3])
def test_every_call_is_done_and_an_error_comes_through(threads: int) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        done: list[int] = []
        in_threads(done.append, range(7))
        assert sorted(done) == list(range(7))
        with pytest.raises(ZeroDivisionError):
            in_threads(lambda place: [1 // (1 - place)].clear(), range(2))
    finally:
        torch.set_num_threads(before)
