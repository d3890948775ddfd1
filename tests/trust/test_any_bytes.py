"""Any bytes give a valid result or one sentence; `fuzz/` reads many more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.files.limits import MOST_VALUES, set_limit

from .seeds import seeds
from .strategies import array_files, damaged, texts, weights
from .targets import TARGETS

_HDF5 = ("kspace mat73", "kspace fastmri", "kspace ismrmrd")
_SLOW = settings(deadline=None, max_examples=3, suppress_health_check=list(HealthCheck))
_QUICK = settings(deadline=10_000, max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _small_limit() -> Iterator[None]:
    set_limit(2**20)
    yield
    set_limit(MOST_VALUES)


def _read(name: str, content: bytes, folder: Path) -> None:
    target = TARGETS[name]
    place = folder / f"in{target.suffix}"
    place.write_bytes(content)
    try:
        target.read(place)
    except ReconError as error:
        said = str(error)
    else:
        return
    assert said.isprintable()
    assert 0 < len(said) < 1000


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_not_damaged_is_read(tmp_path: Path, name: str) -> None:
    for content in seeds()[name]:
        place = tmp_path / f"in{TARGETS[name].suffix}"
        place.write_bytes(content)
        if name == "checkpoint" and content == seeds()[name][1]:
            with suppress(ReconError):  # safetensors of something else
                TARGETS[name].read(place)
        else:
            TARGETS[name].read(place)


@pytest.mark.parametrize("name", sorted(TARGETS.keys() - set(_HDF5)))
def test_damaged_files(tmp_path: Path, name: str) -> None:
    @_QUICK
    @given(damaged(name))
    def check(content: bytes) -> None:
        _read(name, content, tmp_path)

    check()


@pytest.mark.parametrize("name", _HDF5)
def test_damaged_hdf5(tmp_path: Path, name: str) -> None:
    @_SLOW
    @given(damaged(name))
    def check(content: bytes) -> None:
        _read(name, content, tmp_path)

    check()


@pytest.mark.slow
@_QUICK
@given(st.sampled_from(("npy", "kspace npy", "mask", "maps", "reference")), array_files())
def test_arrays_of_any_kind(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes) -> None:
    _read(name, content, tmp_path_factory.mktemp("arrays"))


@_QUICK
@given(st.sampled_from(("parameters", "configuration")), texts())
def test_settings_of_any_kind(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes) -> None:
    _read(name, content, tmp_path_factory.mktemp("texts"))


@_QUICK
@given(weights())
def test_weights_of_any_kind(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    _read("dictionary", content, tmp_path_factory.mktemp("weights"))
