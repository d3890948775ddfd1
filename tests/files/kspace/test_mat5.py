from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.kspace.mat5 import list_variables, read_variable
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal


def _read(place: Path) -> dict[str, NDArray[Any]]:
    return {variable.name: read_variable(place, variable) for variable in list_variables(place)}


def _element(order: str, kind: int, content: bytes) -> bytes:
    return struct.pack(order + "II", kind, len(content)) + content + bytes(-len(content) % 8)


def _matrix(order: str, flags: int, shape: tuple[int, ...], *parts: bytes) -> bytes:
    lengths = struct.pack(f"{order}{len(shape)}i", *shape)
    head = _element(order, 6, struct.pack(order + "II", flags, 0)) + _element(order, 5, lengths)
    return _element(order, 14, head + _element(order, 1, b"kspace") + b"".join(parts))


def _save(place: Path, order: str, content: bytes) -> None:
    mark = b"\x00\x01IM" if order == "<" else b"\x01\x00MI"
    place.write_bytes(b"MATLAB 5.0 MAT-file, by hand".ljust(124) + mark + content)


@pytest.mark.parametrize("compressed", [False, True])
def test_every_kind_of_array(tmp_path: Path, compressed: bool) -> None:
    arrays = {
        "single": normal(3, 4, 2),
        "double": normal(3, 4).astype(np.complex128),
        "real": np.random.default_rng(0).random((3, 1)),
        **{
            f"i{kind}": np.arange(6, dtype=kind).reshape(2, 3)
            for kind in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")
        },
    }
    other = {
        "text": "hi",
        "cell": np.array(["a", 1], object),
        "record": {"a": 1},
        "few": scipy.sparse.eye_array(3),
    }
    place = tmp_path / "k.mat"
    scipy.io.savemat(place, {**arrays, **other, "yes": np.eye(3) > 0}, do_compression=compressed)
    read = _read(place)
    assert set(read) == {*arrays, "yes"}
    np.testing.assert_array_equal(read["yes"], np.eye(3, dtype=bool), strict=True)
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array, strict=True)


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_and_numbers_stored_smaller(tmp_path: Path, order: str) -> None:
    real, imaginary = np.arange(6).reshape(2, 3), -np.arange(6).reshape(2, 3)
    parts = [_element(order, 3, part.astype(order + "i2").tobytes("F")) for part in (real, imaginary)]
    _save(tmp_path / "k.mat", order, _matrix(order, 0x0806, (2, 3), *parts))
    np.testing.assert_array_equal(_read(tmp_path / "k.mat")["kspace"], real + 1j * imaginary, strict=True)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    matrix = _matrix("<", 0x0006, (2, 3), _element("<", 9, bytes(10**8)))
    packed = zlib.compress(matrix)
    _save(tmp_path / "k.mat", "<", struct.pack("<II", 15, len(packed)) + packed)
    with pytest.raises(ReconError, match=r"k\.mat is damaged or not supported: a variable ends early"):
        read_kspace(tmp_path / "k.mat")
    matrix = _matrix("<", 0x0806, (10**5, 10**5), b"")
    _save(tmp_path / "k.mat", "<", matrix)
    with pytest.raises(ReconError, match=r"k\.mat declares 20000000000 values"):
        read_kspace(tmp_path / "k.mat")


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), st.lists(st.tuples(st.integers(126, 400), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_give_one_sentence_at_most(
    tmp_path: Path, compressed: bool, changes: list[tuple[int, int]]
) -> None:
    place = tmp_path / "k.mat"
    scipy.io.savemat(place, {"note": "hi", "kspace": normal(3, 4)}, do_compression=compressed)
    content = bytearray(place.read_bytes())
    for index, value in changes:
        content[index % len(content)] = value
    place.write_bytes(content)
    with suppress(ReconError):
        read_kspace(place)
