from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.images import Image, read_image, write_image

_SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12)
_FILES = st.one_of(
    st.tuples(st.sampled_from([".png", ".tif", ".npy"]), hnp.arrays(np.uint8, _SHAPES)),
    st.tuples(st.sampled_from([".png", ".tif", ".npy"]), hnp.arrays(np.uint16, _SHAPES)),
    st.tuples(
        st.sampled_from([".tif", ".npy"]),
        hnp.arrays(np.float32, _SHAPES, elements=st.floats(0, 1, width=32, allow_subnormal=False)),
    ),
)


def _read_png(path: Path) -> NDArray[np.generic]:
    with Pillow.open(path) as image:
        return np.asarray(image)


@settings(deadline=None, max_examples=60)
@given(_FILES)
def test_what_is_read_is_written_back_unchanged(case: tuple[str, NDArray[np.generic]]) -> None:
    suffix, array = case
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / f"in{suffix}", Path(folder) / f"out{suffix}"
        write = {".png": lambda p, a: Pillow.fromarray(a).save(p), ".tif": tifffile.imwrite, ".npy": np.save}
        read = {".png": _read_png, ".tif": tifffile.imread, ".npy": np.load}
        write[suffix](source, array)
        image = read_image(source)
        full = np.iinfo(array.dtype).max if array.dtype.kind == "u" else 1
        np.testing.assert_allclose(image.pixels, array.astype(np.float64) / full, atol=1e-6)
        write_image(result, image)
        back = read[suffix](result)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_values_are_clipped_and_rounded_not_wrapped(tmp_path: Path) -> None:
    pixels = np.array([[-0.2, 0.5019, 1.3]], np.float32)
    write_image(tmp_path / "out.png", Image(pixels, np.dtype(np.uint8)))
    np.testing.assert_array_equal(_read_png(tmp_path / "out.png"), [[0, 128, 255]])


def test_the_format_is_recognised_by_content(tmp_path: Path) -> None:
    Pillow.fromarray(np.full((4, 4), 51, np.uint8)).save(tmp_path / "real.png")
    (tmp_path / "called.tif").write_bytes((tmp_path / "real.png").read_bytes())
    np.testing.assert_allclose(read_image(tmp_path / "called.tif").pixels, 0.2, atol=1e-6)


def test_big_endian_tiff(tmp_path: Path) -> None:
    array = np.arange(20, dtype=np.uint16).reshape(4, 5) * 3000
    tifffile.imwrite(tmp_path / "in.tif", array, byteorder=">")
    np.testing.assert_allclose(read_image(tmp_path / "in.tif").pixels, array / 65535, atol=1e-6)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".npy"])
def test_truncated_files_are_rejected_by_name(tmp_path: Path, suffix: str) -> None:
    place = tmp_path / f"in{suffix}"
    write_image(place, Image(np.random.default_rng(0).random((30, 30), np.float32), np.dtype(np.uint8)))
    whole = place.read_bytes()
    for length in (1, 9, len(whole) // 3, len(whole) // 2):
        place.write_bytes(whole[:length])
        with pytest.raises(ReconError, match=f"in{suffix}"):
            read_image(place)


def test_too_many_declared_pixels_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon_cli.files.images.MAX_PIXELS", 99)
    for suffix in (".png", ".tif", ".npy"):
        place = tmp_path / f"in{suffix}"
        write_image(place, Image(np.zeros((10, 10), np.float32), np.dtype(np.uint8)))
        with pytest.raises(ReconError, match="declares 100 values; at most 99"):
            read_image(place)


def test_other_pixel_types_are_named(tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", np.zeros((4, 4), np.int64))
    with pytest.raises(ReconError, match="holds int64 pixels"):
        read_image(tmp_path / "in.npy")
