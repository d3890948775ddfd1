from __future__ import annotations

import io
import itertools
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.images import read_image, read_luma, read_picture
from recon_cli.files.images.values import choose_span, to_planes, with_planes
from recon_cli.files.images.write import encode_picture

_STACK = np.random.default_rng(0).integers(0, 65536, (4, 14, 12), dtype=np.uint16)


def _save(place: Path, array: NDArray[np.generic]) -> None:
    match place.suffix:
        case ".npy":
            np.save(place, array)
        case ".npz":
            np.savez(place, array)
        case ".tif":
            tifffile.imwrite(place, array, photometric="minisblack")
        case _:
            Pillow.fromarray(array).save(place)


@pytest.mark.parametrize(
    ("suffix", "dtype"),
    [
        *itertools.product([".png", ".tif", ".npy", ".npz"], [np.uint8, np.uint16]),
        *itertools.product([".tif", ".npy", ".npz"], [np.float32]),
    ],
)
def test_grey_images_are_scaled_by_their_type(tmp_path: Path, suffix: str, dtype: type[np.generic]) -> None:
    full = 1 if dtype is np.float32 else np.iinfo(dtype).max  # type: ignore[type-var]
    array = np.linspace(0, full, 35).reshape(5, 7).astype(dtype)
    _save(tmp_path / f"in{suffix}", array)
    image = read_image(tmp_path / f"in{suffix}")
    np.testing.assert_allclose(image, array.astype(np.float64) / full, atol=1e-6)


def test_the_format_is_recognised_by_content(tmp_path: Path) -> None:
    _save(tmp_path / "real.png", np.full((4, 4), 51, np.uint8))
    (tmp_path / "called.tif").write_bytes((tmp_path / "real.png").read_bytes())
    np.testing.assert_allclose(read_image(tmp_path / "called.tif"), 0.2, atol=1e-6)
    assert read_picture((tmp_path / "real.png").read_bytes(), "bytes").format == "png"


def _files() -> dict[str, bytes]:
    files = {}
    colours = np.ascontiguousarray((_STACK[:3] >> 8).astype(np.uint8).transpose(1, 2, 0))
    for image_format in ("png", "jpeg"):
        Pillow.fromarray(colours).save(buffer := io.BytesIO(), image_format)
        files[image_format] = buffer.getvalue()
    np.save(buffer := io.BytesIO(), _STACK)
    files["npy"] = buffer.getvalue()
    np.savez(buffer := io.BytesIO(), _STACK)
    files["npz"] = buffer.getvalue()
    kinds: dict[str, dict[str, object]] = {
        "plain": {"photometric": "minisblack"}, "imagej": {"imagej": True}, "ome": {"ome": True},
        "pages": {"metadata": None, "photometric": "minisblack"},
        "packed": {"compression": "zlib", "metadata": None, "photometric": "minisblack"},
    }  # fmt: skip
    for name, options in kinds.items():
        tifffile.imwrite(buffer := io.BytesIO(), _STACK, **options)
        files[name] = buffer.getvalue()
    first, *others = [Pillow.fromarray(plane) for plane in _STACK]
    first.save(buffer := io.BytesIO(), "TIFF", save_all=True, append_images=others)
    files["pillow"] = buffer.getvalue()
    return files


@pytest.mark.parametrize(("kind", "content"), _files().items(), ids=_files().keys())
def test_truncated_files_are_rejected_by_name(
    kind: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_picture(content, kind).changing().shape[-2:] == (14, 12)
    for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97):
        with pytest.raises(ReconError, match=kind):
            read_picture(content[: int(share * len(content))], kind)


@pytest.mark.parametrize(("kind", "content"), _files().items(), ids=_files().keys())
def test_corrupt_files_are_denoised_or_refused(kind: str, content: bytes) -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        broken = bytearray(content)
        for place in rng.integers(0, min(len(content), 700), 3):
            broken[place] = rng.integers(0, 256)
        try:
            picture = read_picture(bytes(broken), kind)
            span = choose_span(picture)
            result = with_planes(picture, to_planes(picture, span), span, picture.array.dtype)
            assert encode_picture(result, picture.format)
        except ReconError as error:
            assert kind in str(error)  # noqa: PT017 - some are read


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".npy", ".npz"])
def test_too_many_declared_values_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr("recon_cli.files.limits._limit", 99)
    _save(tmp_path / f"in{suffix}", np.zeros((10, 10), np.uint8))
    with pytest.raises(ReconError, match="declares 100 values; at most 99"):
        read_image(tmp_path / f"in{suffix}")


@pytest.mark.parametrize("dtype", ["int64", "bool", "complex64", "int16", "uint32"])
def test_other_types_are_named(tmp_path: Path, dtype: str) -> None:
    np.save(tmp_path / "in.npy", np.zeros((4, 4), dtype))
    with pytest.raises(ReconError, match=f"holds {dtype} pixels"):
        read_image(tmp_path / "in.npy")


@pytest.mark.parametrize("shape", [(2, 12, 12), (12, 12, 3), (2, 12, 12, 3)])
def test_colours_and_stacks_are_no_grey_image(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.save(tmp_path / "in.npy", np.zeros(shape, np.uint8))
    with pytest.raises(ReconError, match="give a grey image of one plane"):
        read_image(tmp_path / "in.npy")


def test_luma_weighs_the_colours(tmp_path: Path) -> None:
    colours = np.random.default_rng(2).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    _save(tmp_path / "in.png", colours)
    grey = np.asarray(Pillow.open(tmp_path / "in.png").convert("L")) / 255
    luma = read_luma(tmp_path / "in.png")
    assert luma.shape == (1, 9, 8)
    np.testing.assert_allclose(luma[0], grey, atol=0.6 / 255)
    _save(tmp_path / "in.tif", _STACK)
    np.testing.assert_allclose(read_luma(tmp_path / "in.tif"), _STACK / 65535, atol=1e-6)
