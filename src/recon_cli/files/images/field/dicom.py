"""DICOM files of medical imaging, by pydicom: the values after rescaling, as Hounsfield units."""

from __future__ import annotations

import io
import warnings
from typing import IO, Any

import numpy as np

from ....errors import ReconError
from ...limits import check_image
from ..format import FileFormat, begins_with
from ..picture import Native, Picture

_GREY = ("MONOCHROME1", "MONOCHROME2")
_OUTDATED = ("SmallestImagePixelValue", "LargestImagePixelValue", "PixelDataProviderURL")
_DONE = "denoised by recon"


def _read(file: IO[bytes], name: str) -> Picture:
    import pydicom

    with warnings.catch_warnings(action="ignore"):
        dataset = pydicom.dcmread(file)
        if "PixelData" not in dataset:
            raise ReconError(f"{name} holds no image of integers")
        samples, frames = int(dataset.get("SamplesPerPixel", 1)), int(dataset.get("NumberOfFrames", 1) or 1)
        shape = (frames, dataset.Rows, dataset.Columns, samples)
        check_image(name, shape, dataset.BitsAllocated // 8)
        photometric = dataset.PhotometricInterpretation
        if samples == 1 and photometric not in _GREY:
            raise ReconError(f"{name} is a {photometric} DICOM; convert it to grey or RGB first")
        stored = dataset.pixel_array.reshape(shape)
        slope, shift = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
        padding = dataset.get("PixelPaddingValue")
        del dataset.PixelData
        dataset.save_as(rest := io.BytesIO(), enforce_file_format=True)
    array = _rescaled(stored, slope, shift)
    array, axes = (array[0], "YXS") if frames == 1 else (array, "QYXS")
    if samples == 1:
        array, axes = array[..., 0], axes[:-1]
    return Picture(
        name,
        "dicom",
        array,
        axes,
        colour=samples == 3,
        nodata=None if padding is None or samples > 1 else float(padding) * slope + shift,
        native=Native(parts={"dataset": rest.getvalue()}),
    )


def _rescaled(stored: Any, slope: float, shift: float) -> Any:
    """Return values in the units of the modality; integers where they are."""
    if (slope, shift) == (1, 0):
        return stored
    if slope.is_integer() and shift.is_integer():
        limits = np.iinfo(stored.dtype)
        ends = [slope * limits.min + shift, slope * limits.max + shift]
        for kind in (np.int16, np.int32):
            if np.iinfo(kind).min <= min(ends) and max(ends) <= np.iinfo(kind).max:
                return (stored.astype(np.int64) * int(slope) + int(shift)).astype(kind)
    return (stored * slope + shift).astype(np.float32)


def _write(picture: Picture, file: IO[bytes]) -> None:
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

    with warnings.catch_warnings(action="ignore"):
        dataset = pydicom.dcmread(io.BytesIO(picture.native.parts["dataset"]))
        slope, shift = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
        signed, bits = bool(dataset.get("PixelRepresentation", 0)), int(dataset.BitsStored)
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        stored = np.rint((picture.array.astype(np.float64) - shift) / slope).clip(low, high)
        kind = np.dtype(f"<{'i' if signed else 'u'}{dataset.BitsAllocated // 8}")
        content = stored.astype(kind).tobytes()
        plain = dataset.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if plain else ExplicitVRLittleEndian
        if picture.colour:
            dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0
        for key in _OUTDATED:
            if key in dataset:
                delattr(dataset, key)
        _derive(dataset, generate_uid)
        dataset.add_new(0x7FE00010, "OW" if kind.itemsize > 1 else "OB", content + b"\0" * (len(content) % 2))
        made = pydicom.Dataset()
        made.update(dataset)
        made.file_meta = dataset.file_meta
        made.save_as(file_like := io.BytesIO(), enforce_file_format=True)
    file.write(file_like.getvalue())


def _derive(dataset: Any, generate_uid: Any) -> None:
    """Make it an instance of its own in a series of its own, the same for all that belong together."""
    import pydicom

    source = pydicom.Dataset()
    source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID = (
        dataset.SOPClassUID,
        dataset.SOPInstanceUID,
    )
    dataset.SourceImageSequence = [source]
    dataset.DerivationDescription = _DONE
    kinds = list(dataset.get("ImageType", None) or ["ORIGINAL", "PRIMARY"])
    dataset.ImageType = ["DERIVED", *kinds[1:]]
    dataset.SOPInstanceUID = generate_uid(entropy_srcs=[dataset.SOPInstanceUID, _DONE])
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    if "SeriesInstanceUID" in dataset:
        dataset.SeriesInstanceUID = generate_uid(entropy_srcs=[dataset.SeriesInstanceUID, _DONE])


FORMAT = FileFormat(
    "dicom",
    "DICOM",
    (".dcm", ".dicom", ".ima"),
    begins_with(b"DICM", at=128),
    _read,
    _write,
    like_input="it would have no patient, study or equipment",
    package="pydicom",
    isolated=True,
)
