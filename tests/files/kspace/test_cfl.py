from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from recon_cli.errors import ReconError
from recon_cli.files.kspace.cfl import read_cfl, to_cfl, write_cfl
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal, write_bart


@settings(deadline=None, max_examples=30)
@given(hnp.array_shapes(min_dims=1, max_dims=16, min_side=1, max_side=2))
def test_any_shape_survives(shape: tuple[int, ...]) -> None:
    array = normal(*shape)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a.cfl"
        write_cfl(place, array)
        dimensions = place.with_suffix(".hdr").read_text().splitlines()[1].split()
        flat = np.fromfile(place, np.complex64)
        read = read_cfl(place)
    assert [int(d) for d in dimensions] == [*shape, *[1] * (16 - len(shape))]
    np.testing.assert_array_equal(flat, array.ravel(order="F"))
    np.testing.assert_array_equal(read.ravel(order="F"), flat)


@pytest.mark.parametrize("name", ["scan.v2.cfl", "scan.v2.hdr", "scan.v2"])
def test_either_name_and_none(tmp_path: Path, name: str) -> None:
    samples = normal(6, 5)
    write_bart(tmp_path / "scan.v2", samples)
    read = read_kspace(tmp_path / name)
    np.testing.assert_array_equal(read.samples[0, 0], samples)
    assert (read.layout, read.frame_shape, read.axes) == ("BART cfl", (), "y 6, x 5")


def test_coils_slices_and_times(tmp_path: Path) -> None:
    samples = normal(6, 5, 1, 4, 1, 1, 1, 1, 1, 1, 3, 1, 1, 2)
    write_bart(tmp_path / "k", samples)
    read = read_kspace(tmp_path / "k")
    assert (read.samples.shape, read.frame_shape) == ((6, 4, 6, 5), (2, 3))
    assert read.axes == "y 6, x 5, coil 4, repetition 3, slice 2"
    np.testing.assert_array_equal(
        read.samples[1 * 3 + 2, 3], samples[:, :, 0, 3, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1]
    )


def test_dimensions_are_put_back(tmp_path: Path) -> None:
    samples = normal(6, 4, 6, 5)
    write_cfl(tmp_path / "k.cfl", to_cfl(samples, (2, 3)))
    np.testing.assert_array_equal(read_kspace(tmp_path / "k.cfl").samples, samples)


def test_a_first_dimension_of_one_is_passed_over(tmp_path: Path) -> None:
    samples = normal(1, 6, 5, 4)
    write_bart(tmp_path / "k", samples)
    read = read_kspace(tmp_path / "k")
    np.testing.assert_array_equal(read.samples[0], samples[0].transpose(2, 0, 1))


@pytest.mark.parametrize(
    ("shape", "wrong"), [((6, 5, 3), "PHS2 3"), ((6, 5, 1, 4, 2), "MAPS 2"), ((6, 5, 1, 1, 1, 7), "TE 7")]
)
def test_other_dimensions_are_named(tmp_path: Path, shape: tuple[int, ...], wrong: str) -> None:
    write_bart(tmp_path / "k", normal(*shape))
    with pytest.raises(ReconError, match=f"k.cfl has {wrong}; it has to be 2-D"):
        read_kspace(tmp_path / "k.cfl")


def test_letters_override(tmp_path: Path) -> None:
    samples = normal(3, 6, 5)
    write_bart(tmp_path / "k", samples)
    np.testing.assert_array_equal(read_kspace(tmp_path / "k", "cyx").samples[0], samples)
    np.testing.assert_array_equal(read_kspace(tmp_path / "k", "cyx1").samples[0], samples)
    with pytest.raises(ReconError, match=r"has 3 axes, .* name 2"):
        read_kspace(tmp_path / "k", "yx")


def test_a_missing_half_is_named(tmp_path: Path) -> None:
    write_bart(tmp_path / "k", normal(6, 5))
    (tmp_path / "k.hdr").unlink()
    with pytest.raises(ReconError, match=r"k.hdr does not exist; BART's arrays are"):
        read_kspace(tmp_path / "k.cfl")


def test_halves_that_do_not_fit(tmp_path: Path) -> None:
    write_bart(tmp_path / "k", normal(6, 5))
    for content in (b"", bytes(239), bytes(248)):
        (tmp_path / "k.cfl").write_bytes(content)
        with pytest.raises(ReconError, match=f"k.cfl has {len(content)} bytes, but .*k.hdr declares 240"):
            read_kspace(tmp_path / "k.cfl")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6 5\n",
        "# Dimensions",
        "# Dimensions\n\n",
        "# Dimensions\n6 -5\n",
        "# Dimensions\n6 x\n",
        "\xff\x00",
    ],
)
def test_a_broken_header_is_named(tmp_path: Path, text: str) -> None:
    write_bart(tmp_path / "k", normal(6, 5))
    (tmp_path / "k.hdr").write_text(text)
    with pytest.raises(ReconError, match=r"k.hdr has no line of positive numbers"):
        read_kspace(tmp_path / "k.cfl")


def test_declared_sizes_are_checked(tmp_path: Path) -> None:
    write_bart(tmp_path / "k", normal(6, 5))
    (tmp_path / "k.hdr").write_text("# Dimensions\n100000 100000 100000\n")
    with pytest.raises(ReconError, match=r"k.cfl declares 1000000000000000 values"):
        read_kspace(tmp_path / "k.cfl")
    (tmp_path / "k.hdr").write_text("# Dimensions\n" + "2 " * 17)
    with pytest.raises(ReconError, match=r"k.hdr has 17 dimensions; BART has 16"):
        read_kspace(tmp_path / "k.cfl")
