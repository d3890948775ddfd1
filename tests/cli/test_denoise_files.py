"""Files of every kind through the command: written and looked at by other libraries."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import imageio.v3 as iio
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image as Pillow

from .run import recon_here

_FULL = {"uint8": 255, "uint16": 65535, "float32": 1, "float64": 1, "float16": 1}
_HEIGHT, _WIDTH = 14, 12


def _clean(outer: tuple[int, ...]) -> NDArray[np.float64]:
    """Return slopes, each plane and channel with one of its own, `(..., height, width)` in [0, 1]."""
    down, across = np.meshgrid(np.linspace(0, 1, _HEIGHT), np.linspace(0, 1, _WIDTH), indexing="ij")
    shares = np.random.default_rng(5).random((*outer, 2, 1, 1))
    return 0.2 + 0.3 * (shares[..., 0, :, :] * down + shares[..., 1, :, :] * across)


def _noisy(clean: NDArray[np.float64], dtype: str) -> NDArray[Any]:
    values = clean + 25 / 255 * np.random.default_rng(6).standard_normal(clean.shape)
    scaled = values.clip(0, 1) * _FULL[dtype]
    return (scaled if "float" in dtype else np.rint(scaled)).astype(dtype)


def _denoise(source: Path, *flags: object) -> Path:
    done = recon_here("denoise", source, "--sigma", 25, "--mode", "unrolled", "-q", *flags)
    assert (done.exit_code, done.stderr, done.stdout) == (0, "", ""), done.stderr
    return source.with_name(source.name.replace("in.", "in_denoised."))


def _check(
    result: NDArray[Any], noisy: NDArray[Any], clean: NDArray[np.float64], colours: int | None
) -> None:
    """Compare a result with the truth, sample by sample; samples behind the colours are as they were."""
    assert (result.dtype, result.shape) == (noisy.dtype, noisy.shape)
    if colours is not None:
        np.testing.assert_array_equal(result[..., colours:], noisy[..., colours:])
        result, noisy = (np.moveaxis(array[..., :colours], -1, -3) for array in (result, noisy))
    full = _FULL[result.dtype.name]
    before, after = (((array / full - clean) ** 2).mean((-2, -1)) for array in (noisy, result))
    assert (after < 0.6 * before).all()


_DTYPES = st.sampled_from(["uint8", "uint16", "float32"])
_IMAGEJ = ("uint8", "uint16", "float32")


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(
        ["YX", "ZYX", "TZYX", "YXS", "YXA", "SYX", "TZCYX", "ZYXS", "CZYX ome", "TCYX ome", "TYXS ome"]
    ),
    st.sampled_from(["uint8", "uint16", "float16", "float32", "float64"]),
    st.sampled_from([None, "zlib", "lzma", "lzw", "zstd", "packbits"]),
    st.sampled_from("<>"),
    st.booleans(),
)
def test_tiff(axes: str, dtype: str, compression: str | None, byteorder: Any, imagej: bool) -> None:
    ome = axes.endswith(" ome")
    axes = axes.removesuffix(" ome")
    lengths = {"Y": _HEIGHT, "X": _WIDTH, "S": 3, "A": 4, "T": 2, "Z": 3, "C": 2}
    imagej = (
        (imagej or axes == "TZCYX") and not ome and axes[0] != "S" and "A" not in axes and not compression
    )
    imagej = imagej and dtype in _IMAGEJ and ("S" not in axes or dtype == "uint8")
    ome = ome and dtype != "float16"  # which OME has not
    outer = tuple(lengths[a] for a in axes if a not in "YXSA")
    colour = axes[-1] in "SA" or axes[0] == "S"
    clean = _clean((*outer, 3) if colour else outer)
    array = _noisy(clean, dtype)
    options: dict[str, Any] = {"photometric": "rgb" if colour else "minisblack"}
    if axes[0] == "S":
        options["planarconfig"] = "separate"
    elif colour:
        array = np.moveaxis(array, -3, -1)
    if axes[-1] == "A":
        options["extrasamples"] = ["unassalpha"]
        array = np.concatenate([array, array[..., ::-1, :, :1]], -1)
    metadata = {"axes": axes.replace("A", "S")} | ({"PhysicalSizeX": 0.25} if ome else {"unit": "um"})
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / ("in.ome.tif" if ome else "in.tif")
        tifffile.imwrite(
            source, array, compression=compression, byteorder=byteorder, imagej=imagej, ome=ome,
            resolution=(2.5, 4), resolutionunit="CENTIMETER", metadata=metadata, **options,
        )  # fmt: skip
        with tifffile.TiffFile(source) as before, tifffile.TiffFile(_denoise(source)) as after:
            assert after.series[0].axes == before.series[0].axes
            assert after.imagej_metadata == before.imagej_metadata
            assert after.ome_metadata == before.ome_metadata
            assert after.byteorder == byteorder
            page, made = before.pages.first, after.pages.first
            assert made.compression == page.compression
            assert made.get_resolution() == page.get_resolution()
            read, result = before.asarray(), after.asarray()
    if axes[0] == "S":
        read, result = np.moveaxis(read, 0, -1), np.moveaxis(result, 0, -1)
    _check(result, read, clean, 3 if colour else None)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(["L", "LA", "RGB", "RGBA", "I;16"]), st.booleans())
def test_png(mode: str, by_imageio: bool) -> None:
    colours = 3 if "RGB" in mode else 1
    clean = _clean((colours,))
    array = _noisy(clean, "uint16" if mode == "I;16" else "uint8")
    if mode.endswith("A"):
        array = np.concatenate([array, array[:1, ::-1]])
    array = np.moveaxis(array, 0, -1)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.png"
        flat = array[..., 0] if array.shape[-1] == 1 else array
        if by_imageio and mode != "LA":
            iio.imwrite(source, flat)
        else:
            Pillow.fromarray(flat).save(source, dpi=(300, 150), icc_profile=b"profile" * 20)
        with Pillow.open(source) as before, Pillow.open(_denoise(source)) as after:
            after.load()
            assert after.mode == before.mode
            assert after.info == before.info
            result = np.asarray(after)
    _check(result.reshape(array.shape), array, clean, colours)


@pytest.mark.slow
@settings(deadline=None, max_examples=12)
@given(
    st.sampled_from([(), (3,), (2, 2)]),
    st.sampled_from(["uint8", "uint16", "float16", "float32", "float64"]),
    st.booleans(),
)
def test_npy_and_npz(outer: tuple[int, ...], dtype: str, packed: bool) -> None:
    clean = _clean(outer)
    array = _noisy(clean, dtype)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / ("in.npz" if packed else "in.npy")
        if packed:
            np.savez(source, scan=array)
            with np.load(_denoise(source)) as file:
                result = file["scan"]
        else:
            np.save(source, np.asfortranarray(array))
            result = np.load(_denoise(source))
            assert result.flags.f_contiguous
    _check(result, array, clean, None)


@settings(deadline=None, max_examples=4)
@given(st.sampled_from(["L", "RGB"]), st.sampled_from([".jpg", ".jpeg"]))
def test_jpeg(mode: str, suffix: str) -> None:
    clean = _clean((3 if mode == "RGB" else 1,))
    exif = Pillow.Exif()
    exif[0x0112] = 8
    array = np.moveaxis(_noisy(clean, "uint8"), 0, -1)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"in{suffix}"
        Pillow.fromarray(array if mode == "RGB" else array[..., 0]).save(
            source, exif=exif, quality=95, subsampling=0
        )
        with Pillow.open(source) as before, Pillow.open(_denoise(source)) as after:
            assert (after.format, after.mode, after.getexif()[0x0112]) == ("JPEG", mode, 8)
            seen, result = (np.asarray(image).reshape(array.shape) for image in (before, after))
    _check(result, seen, clean, array.shape[-1])


@pytest.mark.slow
@settings(deadline=None, max_examples=12)
@given(_DTYPES, st.sampled_from(["uint8", "uint16", "float32"]), st.sampled_from([".tif", ".npy", ".png"]))
def test_another_type_and_format(dtype: str, asked: str, suffix: str) -> None:
    if suffix == ".png" and asked == "float32":
        asked = "uint16"
    clean = _clean(())
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.npy", Path(folder) / f"out{suffix}"
        np.save(source, _noisy(clean, dtype))
        _denoise(source, "-o", target, "--dtype", asked)
        result = {".tif": tifffile.imread, ".npy": np.load, ".png": iio.imread}[suffix](target)
    assert result.dtype == asked
    units = dtype if asked == "float32" else asked  # floats keep those of the data
    assert np.abs(result / _FULL[units] - clean).mean() < 0.05


@settings(deadline=None, max_examples=6)
@given(st.sampled_from(["int16", "uint16", "float32", "int32"]), st.integers(-100, 0))
def test_a_range_in_the_units_of_the_data(dtype: str, low: int) -> None:
    low = 0 if dtype == "uint16" else low
    high = low + 2550
    clean = low + 2550 * _clean(())
    noisy = (clean + 250 * np.random.default_rng(6).standard_normal(clean.shape)).astype(dtype)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.npy", Path(folder) / "out.npy"
        np.save(source, noisy)
        flags = ["--range", f"{low},{high}", "--sigma", 250, "--sigma-units", "data", "-o", target]
        done = recon_here("denoise", source, "--mode", "unrolled", *flags)
        assert done.exit_code == 0, done.stderr
        assert f"[{low}, {high}] is [0, 1]" in done.stderr
        assert "sigma 25/255 = 250 in the data" in done.stderr
        result = np.load(target)
    assert result.dtype == dtype
    assert ((result - clean) ** 2).mean() < 0.5 * ((noisy - clean) ** 2).mean()
