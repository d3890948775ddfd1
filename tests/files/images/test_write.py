from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.images import Picture, read_picture
from recon_cli.files.images.picture import samples_axes
from recon_cli.files.images.write import dtype_for, encode_picture, format_of, natural_suffix, write_picture

from .pictures import with_alpha


def _picture(*shape: int, dtype: str = "uint8") -> Picture:
    return Picture("in", "npy", np.zeros(shape, dtype), *samples_axes(shape))


def test_the_suffix_says_the_format() -> None:
    assert format_of(Path("a.JPG")) == "jpeg"
    with pytest.raises(ReconError, match="its name has to end in"):
        format_of(Path("a.gif"))


def test_a_name_without_meaning_gets_the_suffix_of_its_content(tmp_path: Path) -> None:
    Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "scan.dat", "PNG")
    assert natural_suffix(tmp_path / "scan.dat") == ".png"
    assert natural_suffix(tmp_path / "a.TIF") == ".TIF"
    assert natural_suffix(tmp_path / "a.b.OME.tif") == ".OME.tif"
    (tmp_path / "text").write_text("words")
    for name in ("text", "missing.x"):
        assert natural_suffix(tmp_path / name) == Path(name).suffix


def test_formats_that_hold_less_take_the_nearest_type() -> None:
    assert dtype_for(_picture(9, 9, dtype="float32"), "png", None) == np.uint16
    assert dtype_for(_picture(9, 9, dtype="uint16"), "jpeg", None) == np.uint8
    assert dtype_for(_picture(9, 9, dtype="float64"), "tiff", None) == np.float64
    assert dtype_for(_picture(9, 9), "npy", "float32") == np.float32
    assert dtype_for(_picture(9, 9, dtype=">u2"), "npy", "uint16") == np.dtype(">u2")


@pytest.mark.parametrize(
    ("picture", "target", "asked", "said"),
    [
        (_picture(9, 9), "png", "float32", "a PNG holds uint8 or uint16, not float32"),
        (_picture(9, 9), "jpeg", "uint16", "a JPEG holds uint8, not uint16"),
        (_picture(5, 9, 9), "png", None, "in is a stack, and a PNG holds one image"),
        (
            with_alpha(np.zeros((9, 9, 4), np.uint8)),
            "jpeg",
            None,
            "in has an alpha channel, which a JPEG cannot hold",
        ),
    ],
)
def test_what_a_format_cannot_hold_is_refused(
    picture: Picture, target: str, asked: str | None, said: str
) -> None:
    with pytest.raises(ReconError, match=said):
        dtype_for(picture, target, asked)  # type: ignore[arg-type]


def test_a_new_tiff_says_its_axes_colours_and_resolution() -> None:
    stack = np.random.default_rng(0).integers(0, 256, (3, 2, 9, 8), dtype=np.uint8)
    content = encode_picture(Picture("in", "npy", stack, "QQYX"), "tiff")
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert file.series[0].shape == stack.shape
        np.testing.assert_array_equal(file.asarray(), stack)
    colours = np.random.default_rng(0).integers(0, 256, (9, 8, 4), dtype=np.uint8)
    Pillow.fromarray(colours).save(buffer := io.BytesIO(), "PNG", dpi=(300, 300), icc_profile=b"icc" * 9)
    picture = read_picture(buffer.getvalue(), "in")
    with Pillow.open(io.BytesIO(encode_picture(picture, "tiff"))) as image:
        assert image.mode == "RGBA"
        np.testing.assert_array_equal(np.asarray(image), colours)
        assert image.info["icc_profile"] == b"icc" * 9
        assert [round(value) for value in image.info["dpi"]] == [300, 300]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match=r"cannot write .*out\.png"):
        write_picture(_picture(9, 9), "png", tmp_path / "none" / "out.png")
