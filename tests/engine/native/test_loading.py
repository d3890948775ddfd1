from __future__ import annotations

import _ctypes
import ctypes
from pathlib import Path

import pytest

from recon_cli.engine.native import loading
from recon_cli.engine.native.loading import Kernels, kernels, kernels_in_use, load
from recon_cli.engine.native.structures import STRUCTURES

PLACE = Path(loading.__file__).with_name("kernels.so")


def test_the_compiled_kernels_are_loaded() -> None:
    assert kernels().library is not None
    assert kernels_in_use() == "in use"


def test_why_a_library_is_not_taken_is_said(tmp_path: Path) -> None:
    assert load(tmp_path / "kernels.so") == Kernels(
        None, "the installed package holds none: it is for all systems, or was made without a C compiler"
    )
    foreign = tmp_path / "foreign.so"
    foreign.write_bytes(b"of another machine")
    assert load(foreign) == Kernels(None, f"{foreign} was compiled for another machine")
    assert load(Path(_ctypes.__file__)) == Kernels(
        None, f"{_ctypes.__file__} was compiled for another version of recon"
    )


@pytest.mark.parametrize("changed", STRUCTURES)
def test_a_structure_of_another_size_is_refused(
    monkeypatch: pytest.MonkeyPatch, changed: type[ctypes.Structure]
) -> None:
    class Longer(ctypes.Structure):
        _fields_ = (*changed._fields_, ("more", ctypes.c_long))

    monkeypatch.setattr(loading, "STRUCTURES", [Longer if each is changed else each for each in STRUCTURES])
    assert load(PLACE) == Kernels(None, f"{PLACE} was compiled for another version of recon")


def test_another_device_does_without() -> None:
    assert kernels_in_use("cuda") == "not in use (they are for CPUs, and the device is cuda)"
