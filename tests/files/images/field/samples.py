"""Small files of the formats of the sciences, made and looked at by the library of each."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def fits(array: NDArray[Any], *extensions: Any, compressed: bool = False, **cards: Any) -> bytes:
    """Return a FITS file by astropy."""
    from astropy.io import fits as library

    if compressed:
        hdus = [library.PrimaryHDU(), library.CompImageHDU(array, library.Header(cards), "RICE_1")]
    elif extensions:
        hdus = [library.PrimaryHDU(), library.ImageHDU(array, library.Header(cards)), *extensions]
    else:
        hdus = [library.PrimaryHDU(array, library.Header(cards))]
    library.HDUList(hdus).writeto(buffer := io.BytesIO())
    return buffer.getvalue()


def mrc(place: Path, array: NDArray[Any], voxel: float = 1.5) -> bytes:
    """Return an MRC file by mrcfile."""
    import mrcfile

    with mrcfile.new(place, overwrite=True) as file:
        file.set_data(array)
        file.voxel_size = voxel
        file.add_label("of a test")
        file.set_extended_header(np.frombuffer(b"extended".ljust(16), "V1"))
        file.header.exttyp = b"MRCO"
    return place.read_bytes()


def nifti(array: NDArray[Any], *, second: bool = False, slope: float = 1.0, **header: Any) -> bytes:
    """Return a NIfTI file by nibabel, of an affine transform that is no diagonal one."""
    import nibabel

    affine = np.array([[0, 2.0, 0, 5], [-3, 0, 0, 6], [0, 0, 4, 7], [0, 0, 0, 1]])
    kind = nibabel.Nifti2Image if second else nibabel.Nifti1Image
    image = kind(array, affine, dtype=array.dtype)
    image.header.set_xyzt_units("mm", "sec")
    image.header["descrip"] = header.get("descrip", b"of a test")
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"said of a test"))
    content = bytearray(image.to_bytes())
    if slope != 1 and not second:
        content[112:116] = np.float32(slope).tobytes()
    return bytes(content)


def dicom(array: NDArray[Any], bits: int = 12, number: int = 1, **more: Any) -> bytes:
    """Return a slice of a CT by pydicom."""
    import pydicom
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    made = pydicom.Dataset()
    made.file_meta = pydicom.dataset.FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = CTImageStorage
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
    made.SeriesInstanceUID, made.StudyInstanceUID = "1.2.4", "1.2.5"
    made.PatientName, made.InstanceNumber = "Test^Of", number
    made.Rows, made.Columns = array.shape[-3:-1] if more.get("SamplesPerPixel") else array.shape[-2:]
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated = 8 * array.dtype.itemsize
    made.BitsStored, made.HighBit = bits, bits - 1
    made.PixelRepresentation = int(array.dtype.kind == "i")
    made.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    for key, value in more.items():
        setattr(made, key, value)
    made.PixelData = array.tobytes() + b"\0" * (array.nbytes % 2)
    made.save_as(buffer := io.BytesIO(), enforce_file_format=True)
    return buffer.getvalue()


def ome_zarr(folder: Path, array: NDArray[Any], version: int = 3, levels: int = 2) -> Path:
    """Make an OME-NGFF image by zarr, of the axes c, z, y and x as far as the array has them."""
    import zarr

    names = "czyx"[-array.ndim :]
    group = zarr.create_group(str(folder), zarr_format=version)
    axes = [{"name": n, "type": "channel" if n == "c" else "space"} for n in names]
    axes = [axis | ({} if axis["name"] == "c" else {"unit": "micrometer"}) for axis in axes]
    datasets = []
    for level in range(levels):
        small = array[..., :: 2**level, :: 2**level]
        made = zarr.create_array(
            str(folder), name=str(level), shape=small.shape, dtype=small.dtype, zarr_format=version,
            chunks=(1,) * (array.ndim - 2) + (8, 8),
            **({"dimension_names": list(names)} if version == 3 else {}),
        )  # fmt: skip
        made[...] = small
        scale = [1.0] * (array.ndim - 2) + [0.5 * 2**level] * 2
        change = [{"type": "scale", "scale": scale}]
        datasets.append({"path": str(level), "coordinateTransformations": change})
    told = {
        "version": "0.5" if version == 3 else "0.4",
        "multiscales": [{"axes": axes, "datasets": datasets}],
    }
    group.attrs.update({"ome": told} if version == 3 else {**told, "omero": {"id": 7}})
    return folder


def lif(array: NDArray[Any], step: float = 1e-7) -> bytes:
    """Return a LIF file of one image of the axes z, y and x, by hand: nothing free writes them."""
    size = array.itemsize
    lengths = zip((1, 2, 3), array.shape[::-1], array.strides[::-1], strict=True)
    dimensions = "".join(
        f'<DimensionDescription DimID="{k}" NumberOfElements="{n}" Origin="0" Length="{(n - 1) * step}" '
        f'Unit="m" BitInc="0" BytesInc="{stride}"/>'
        for k, n, stride in lengths
    )
    xml = (
        '<LMSDataContainerHeader Version="2"><Element Name="test" Visibility="1"><Data/><Memory/><Children>'
        '<Element Name="series" Visibility="1"><Data><Image><ImageDescription><Channels>'
        f'<ChannelDescription DataType="0" ChannelTag="0" Resolution="{8 * size}" BytesInc="0" BitInc="0" '
        'NameOfMeasuredQuantity="" Min="0" Max="1" Unit="" LUTName="Gray" IsLUTInverted="0"/>'
        f"</Channels><Dimensions>{dimensions}</Dimensions></ImageDescription></Image></Data>"
        f'<Memory Size="{array.nbytes}" MemoryBlockID="MemBlock_1"/><Children/></Element>'
        "</Children></Element></LMSDataContainerHeader>"
    ).encode("utf-16-le")
    name = "MemBlock_1".encode("utf-16-le")
    header = (
        b"\x70\0\0\0" + np.uint32(len(xml) + 5).tobytes() + b"\x2a" + np.uint32(len(xml) // 2).tobytes() + xml
    )
    described = b"\x2a" + np.uint64(array.nbytes).tobytes() + b"\x2a" + np.uint32(10).tobytes() + name
    block = b"\x70\0\0\0" + np.uint32(len(described)).tobytes() + described
    return header + block + array.tobytes()


def nd2(array: NDArray[Any], size: float = 0.25) -> bytes:
    """Return an ND2 file of the axes c, y and x, by hand: nothing free writes them."""
    channels, height, width = array.shape
    planes = {
        f"a{c}": {"uiCompCount": 1, "sDescription": f"channel {c}", "pFluorescentProbe": {"m_sName": "dye"}}
        for c in range(channels)
    }
    metadata = {
        "sPicturePlanes": {"uiCount": channels, "uiSampleCount": 1, "sPlaneNew": planes},
        "dCalibration": size, "bCalibrated": True, "dTimeMSec": 0.0, "dXPos": 0.0, "dYPos": 0.0, "dZPos": 0.0,
    }  # fmt: skip
    bits = 8 * array.dtype.itemsize
    attributes = {
        "uiWidth": width, "uiHeight": height, "uiComp": channels, "uiBpcInMemory": bits,
        "uiBpcSignificant": bits, "uiSequenceCount": 1, "uiWidthBytes": width * channels * bits // 8,
        "eCompression": 2,
    }  # fmt: skip
    chunks = {
        "ImageAttributesLV!": _variant(attributes),
        "ImageMetadataSeqLV|0!": _variant(metadata),
        "ImageDataSeq|0!": bytes(8) + np.moveaxis(array, 0, -1).tobytes(),
    }
    content = _chunk(b"ND2 FILE SIGNATURE CHUNK NAME01!", b"Ver3.0".ljust(64, b"\0"))
    places = b""
    for name, held in chunks.items():
        places += name.encode() + struct.pack("<QQ", len(content), len(held))
        # pixels begin at a place that programs reckon with
        content += _chunk(name.encode().ljust(4072 if "Data" in name else 0, b"\0"), held)
    end = b"ND2 CHUNK MAP SIGNATURE 0000001!" + struct.pack("<Q", len(content))
    return content + _chunk(b"ND2 FILEMAP SIGNATURE NAME 0001!", places + end + bytes(8)) + end


def _chunk(name: bytes, held: bytes) -> bytes:
    return struct.pack("<IIQ", 0x0ABECEDA, len(name), len(held)) + name + held


def _variant(values: dict[str, Any]) -> bytes:
    def inner(name: str, value: Any) -> str:
        if isinstance(value, dict):
            parts = "".join(inner(key, part) for key, part in value.items())
            return f'<{name} runtype="CLxListVariant">{parts}</{name}>'
        kinds = {bool: "bool", int: "lx_uint32", float: "double", str: "CLxStringW"}
        return f'<{name} runtype="{kinds[type(value)]}" value="{str(value).lower()}"/>'

    return f'<variant version="1.0">{inner("no_name", values)}</variant>'.encode()
