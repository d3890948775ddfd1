"""What docs/formats.md says of each format of the sciences, asserted with its own library."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from recon_cli.files.content import Content
from recon_cli.files.images import Picture, isolated, read_picture
from recon_cli.files.images.write import encode_picture, format_after, write_picture

from . import czi_files, samples

few = settings(max_examples=6, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _here() -> Iterator[None]:
    """Read without another process, which takes a second to start."""

    def read(reader: str, path: Path, *words: str, given: bytes | None = None) -> Content:
        assert reader == "picture"
        return isolated.picture(path, words[0], words[1], given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recon_cli.files.separate_process.read_in_process", read)
        yield


def stacks(*dtypes: str, sides: tuple[int, int] = (2, 9), axes: tuple[int, int] = (2, 3)) -> Any:
    """Return a strategy of arrays."""
    shapes = st.integers(*axes).flatmap(lambda n: st.tuples(*[st.integers(*sides)] * n))
    return st.sampled_from(dtypes).flatmap(lambda d: arrays(d, shapes, elements=_values(d)))


def _values(dtype: str) -> Any:
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return st.floats(-1e4, 1e4, width=8 * kind.itemsize)
    return st.integers(int(np.iinfo(kind).min), int(np.iinfo(kind).max))


def _changed(picture: Picture) -> Picture:
    """Return a picture of other values, as a reconstruction gives it."""
    return replace(picture, array=np.ascontiguousarray(picture.array[..., ::-1, :]))


def _through(content: bytes, target: str = "") -> tuple[Picture, bytes]:
    picture = _changed(read_picture(content, "in"))
    return picture, encode_picture(picture, target or picture.format)


@few
@given(stacks("uint8", "int8", "int16", "uint16", "int32", "uint32", "float32", "float64"), st.booleans())
def test_fits_keeps_type_cards_and_other_parts(array: NDArray[Any], behind: bool) -> None:
    fits = pytest.importorskip("astropy.io.fits")
    table = fits.BinTableHDU.from_columns([fits.Column("n", "J", array=np.arange(3))])
    content = samples.fits(array, *[table] * behind, OBJECT="M31", CRVAL1=83.6)
    picture, written = _through(content)
    with fits.open(io.BytesIO(written), memmap=False) as hdus:
        image = hdus[int(behind)]
        assert image.data.dtype.newbyteorder("=") == array.dtype
        np.testing.assert_array_equal(image.data, array[..., ::-1, :])
        assert (image.header["OBJECT"], image.header["CRVAL1"]) == ("M31", 83.6)
        hdus.verify("exception")
        assert len(hdus) == (3 if behind else 1)
        assert not behind or hdus[2].data["n"].tolist() == [0, 1, 2]
    assert (picture.array.shape, picture.axes[-2:]) == (array.shape, "YX")


def test_fits_has_holes_scaled_integers_and_compressed_images() -> None:
    fits = pytest.importorskip("astropy.io.fits")
    counts = np.arange(-3, 27, dtype=np.int16).reshape(5, 6)
    assert read_picture(samples.fits(counts, BLANK=-3), "in").nodata == -3
    _, written = _through(samples.fits(counts, BLANK=-3))
    assert fits.open(io.BytesIO(written))[0].header["BLANK"] == -3
    scaled = bytearray(samples.fits(counts, BLANK=-3, OBJECT="scale"))
    place = scaled.index(b"OBJECT")
    scaled[place : place + 30] = b"BSCALE  =                  0.5"
    values = read_picture(bytes(scaled), "in").array
    assert np.isnan(values[0, 0])
    np.testing.assert_array_equal(values.ravel()[1:], counts.ravel()[1:] / 2)
    for array in (counts, counts.astype(np.float32)):
        packed = samples.fits(array, compressed=True)
        picture, written = _through(packed)
        with fits.open(io.BytesIO(written)) as hdus:
            assert isinstance(hdus[1], fits.CompImageHDU)
            np.testing.assert_array_equal(hdus[1].data, picture.array)


@few
@given(stacks("int8", "int16", "uint16", "float16", "float32"))
def test_mrc_keeps_type_voxels_labels_and_the_extended_header(array: NDArray[Any]) -> None:
    mrcfile = pytest.importorskip("mrcfile")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "out.mrc"
        picture, written = _through(samples.mrc(Path(folder) / "in.mrc", array))
        place.write_bytes(written)
        # of float16 it computes the deviation in that type, which is infinite
        assert array.dtype == np.float16 or mrcfile.validate(place, print_file=io.StringIO())
        with mrcfile.open(place) as file:
            np.testing.assert_array_equal(file.data, array[..., ::-1, :], strict=True)
            assert float(file.voxel_size.x) == pytest.approx(1.5)
            assert "of a test" in str(file.header.label)
            assert file.extended_header.tobytes().startswith(b"extended")
    assert picture.voxel["X"] == pytest.approx(1.5e-4)


@few
@given(stacks("uint8", "int16", "uint16", "float32", "float64", axes=(2, 4)), st.booleans())
def test_nifti_keeps_type_place_units_and_extensions(array: NDArray[Any], second: bool) -> None:
    nibabel = pytest.importorskip("nibabel")
    picture, written = _through(samples.nifti(array, second=second))
    kind = nibabel.Nifti2Image if second else nibabel.Nifti1Image
    back, before = (kind.from_bytes(content) for content in (written, samples.nifti(array, second=second)))
    np.testing.assert_array_equal(np.asanyarray(back.dataobj), array[..., ::-1, :], strict=True)
    np.testing.assert_array_equal(back.affine, before.affine)
    assert back.header["descrip"] == before.header["descrip"]
    assert back.header.get_xyzt_units() == ("mm", "sec")
    assert [each.get_content() for each in back.header.extensions] == [b"said of a test"]
    assert picture.axes == "XYZT"[: array.ndim]


def test_nifti_of_scaled_integers_has_their_values() -> None:
    pytest.importorskip("nibabel")
    counts = np.arange(30, dtype=np.int16).reshape(5, 6)
    np.testing.assert_array_equal(read_picture(samples.nifti(counts, slope=0.5), "in").array, counts / 2)


@few
@given(
    arrays(np.uint16, (7, 6), elements=st.integers(0, 4095)), st.sampled_from([(1, 0), (1, -1024), (2, 5)])
)
def test_dicom_keeps_its_fields_and_is_an_instance_of_its_own(
    array: NDArray[Any], rescale: tuple[int, int]
) -> None:
    pydicom = pytest.importorskip("pydicom")
    slope, shift = rescale
    content = samples.dicom(array, RescaleSlope=slope, RescaleIntercept=shift)
    picture, written = _through(content)
    np.testing.assert_array_equal(picture.array[::-1], array.astype(int) * slope + shift)
    back = pydicom.dcmread(io.BytesIO(written))
    np.testing.assert_array_equal(back.pixel_array, array[::-1], strict=True)
    assert (back.PatientName, back.InstanceNumber, back.StudyInstanceUID) == ("Test^Of", 1, "1.2.5")
    assert back.SOPInstanceUID != "1.2.3.1"
    assert back.file_meta.MediaStorageSOPInstanceUID == back.SOPInstanceUID
    assert back.SourceImageSequence[0].ReferencedSOPInstanceUID == "1.2.3.1"
    assert back.ImageType == ["DERIVED", "PRIMARY", "AXIAL"]
    other = pydicom.dcmread(io.BytesIO(_through(samples.dicom(array, number=2))[1]))
    assert other.SeriesInstanceUID == back.SeriesInstanceUID != "1.2.4"
    assert other.SOPInstanceUID != back.SOPInstanceUID
    assert written == _through(content)[1]


@pytest.mark.slow
@few
@given(stacks("uint8", "int16", "uint16", "float32", sides=(4, 19), axes=(2, 4)), st.sampled_from([2, 3]))
def test_zarr_keeps_metadata_and_its_levels_are_made_again(array: NDArray[Any], version: int) -> None:
    zarr = pytest.importorskip("zarr")
    with tempfile.TemporaryDirectory() as folder:
        source = samples.ome_zarr(Path(folder) / "in.zarr", array, version)
        picture = _changed(read_picture(source))
        write_picture(picture, "zarr", Path(folder) / "out.zarr")
        before, back = zarr.open_group(source), zarr.open_group(Path(folder) / "out.zarr")
        assert dict(back.attrs) == dict(before.attrs)
        assert back.metadata.zarr_format == version
        np.testing.assert_array_equal(back["0"][...], array[..., ::-1, :], strict=True)
        assert (back["0"].chunks, back["1"].shape) == (before["0"].chunks, before["1"].shape)
        few, most = back["1"][...], array[..., ::-1, :]
        inside = most[..., :2, :2].astype(float).mean((-2, -1))
        tolerance = 0.5 if array.dtype.kind != "f" else 1e-3
        np.testing.assert_allclose(few[..., 0, 0], inside, atol=tolerance, rtol=1e-6)
    assert (picture.axes, picture.voxel["X"]) == ("CZYX"[-array.ndim :], 0.5)


@few
@given(
    st.sampled_from(["uint8", "uint16"]).flatmap(lambda d: arrays(d, czi_files.SHAPE, elements=_values(d)))
)
def test_czi_becomes_ome_tiff_with_pixel_size_and_channels(array: NDArray[Any]) -> None:
    pytest.importorskip("czifile")
    picture = _becomes_ome(czi_files.czi(array), array, 0.2)
    assert picture.channel_names == tuple(f"channel {c}" for c in range(len(array)))


@few
@given(stacks("uint8", "uint16", axes=(3, 3)))
def test_lif_becomes_ome_tiff_with_pixel_size(array: NDArray[Any]) -> None:
    pytest.importorskip("liffile")
    _becomes_ome(samples.lif(array), array, 0.1)


@few
@given(stacks("uint8", "uint16", axes=(3, 3)))
def test_nd2_becomes_ome_tiff_with_pixel_size_and_channels(array: NDArray[Any]) -> None:
    pytest.importorskip("nd2")
    picture = _becomes_ome(samples.nd2(array), array, 0.25)
    assert picture.channel_names == tuple(f"channel {c}" for c in range(len(array)))


def _becomes_ome(content: bytes, array: NDArray[Any], size: float) -> Picture:
    picture = read_picture(content, "in")
    np.testing.assert_array_equal(picture.array.squeeze(), array.squeeze())
    assert picture.voxel["X"] == pytest.approx(size)
    written = encode_picture(picture, format_after(picture))
    with tifffile.TiffFile(io.BytesIO(written)) as tiff:
        told = tifffile.xml2dict(tiff.ome_metadata)["OME"]["Image"]["Pixels"]
        assert tiff.series[0].size == array.size
        assert told["PhysicalSizeX"] == pytest.approx(size)
    return picture
