"""ISMRMRD files as scanners' converters and simulators write them, of data made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import ismrmrd
import numpy as np
from numpy.typing import NDArray

Size = tuple[int, int, int]
Millimetres = tuple[float, float, float]


def header(
    matrix: Size,
    field: Millimetres = (16.0, 18.0, 5.0),
    recon: Size | None = None,
    recon_field: Millimetres | None = None,
    *,
    trajectory: str = "cartesian",
    centres: tuple[int, int] = (0, 0),
    calibration: str | None = None,
) -> str:
    """Return a header by the library of the standard."""
    xsd = ismrmrd.xsd

    def space(size: Size, millimetres: Millimetres) -> Any:
        return xsd.encodingSpaceType(
            matrixSize=xsd.matrixSizeType(**dict(zip("xyz", size, strict=True))),
            fieldOfView_mm=xsd.fieldOfViewMm(**dict(zip("xyz", millimetres, strict=True))),
        )

    limits = xsd.encodingLimitsType()
    for step, length, centre in zip("12", matrix[1:], centres, strict=True):
        limit = xsd.limitType(minimum=0, maximum=length - 1, center=centre)
        setattr(limits, f"kspace_encoding_step_{step}", limit)
    encoding = xsd.encodingType(
        encodedSpace=space(matrix, field),
        reconSpace=space(recon or matrix, recon_field or field),
        encodingLimits=limits,
        trajectory=xsd.trajectoryType(trajectory),
    )
    if calibration:
        encoding.parallelImaging = xsd.parallelImagingType(
            accelerationFactor=xsd.accelerationFactorType(kspace_encoding_step_1=2, kspace_encoding_step_2=1),
            calibrationMode=xsd.calibrationModeType(calibration),
        )
    conditions = xsd.experimentalConditionsType(H1resonanceFrequency_Hz=63500000)
    return xsd.ismrmrdHeader(experimentalConditions=conditions, encoding=[encoding]).toXML()


def koma_header(matrix: Size) -> str:
    """Return a header as KomaMRI writes it: a trajectory that the standard does not know, much left out."""
    size = "".join(f"<{axis}>{length}</{axis}>" for axis, length in zip("xyz", matrix, strict=True))
    space = f"<matrixSize>{size}</matrixSize><fieldOfView_mm><x>230</x><y>230</y><z>1</z></fieldOfView_mm>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD">'
        "<acquisitionSystemInformation><systemVendor>KomaMRI.jl</systemVendor></acquisitionSystemInformation>"
        f"<encoding><encodedSpace>{space}</encodedSpace><reconSpace>{space}</reconSpace>"
        "<trajectory>custom</trajectory></encoding></ismrmrdHeader>"
    )


def bare_header(matrix: Size) -> str:
    """Return a header of MRIReco with no more than a matrix, and no namespace."""
    size = "".join(f"<{axis}>{length}</{axis}>" for axis, length in zip("xyz", matrix, strict=True))
    space = f"<encodedSpace><matrixSize>{size}</matrixSize></encodedSpace>"
    return f"<ismrmrdHeader><encoding>{space}</encoding></ismrmrdHeader>"


def readout(
    data: NDArray[np.complex64],
    row: int,
    *flags: int,
    where: tuple[Any, Any, Any, Any] | None = None,
    trajectory: NDArray[np.float32] | None = None,
    **fields: int,
) -> ismrmrd.Acquisition:
    """Return a readout, `(coils, samples)`.

    Args:
        data: its samples.
        row: its counter of step 1.
        flags: of the standard.
        where: position, and directions of reading, phase and slice.
        trajectory: `(samples, axes)`.
        fields: of the header, or of its counters.
    """
    counters = {name: fields.pop(name) for name in list(fields) if hasattr(ismrmrd.EncodingCounters, name)}
    made = ismrmrd.Acquisition.from_array(data, trajectory, **fields)
    made.idx.kspace_encode_step_1 = row
    for name, value in counters.items():
        setattr(made.idx, name, value)
    for flag in flags:
        made.set_flag(flag)
    for name, vector in zip(("position", "read_dir", "phase_dir", "slice_dir"), where or (), strict=False):
        getattr(made, name)[:] = np.asarray(vector, np.float32).tolist()
    return made


def write(place: Path, readouts: list[ismrmrd.Acquisition], header: str) -> Path:
    """Write a file by the library of the standard."""
    with ismrmrd.Dataset(place, mode="w") as file:
        file.write_xml_header(header.encode())
        for made in readouts:
            file.append_acquisition(made)
    return place


def as_matrix(place: Path) -> Path:
    """Store the readouts of a file with a second axis, as MRIReco does."""
    with h5py.File(place, "r+") as file:
        data = file["dataset/data"]
        values = data[:]
        kept = data.dtype
        del file["dataset/data"]
        made = file["dataset"].create_dataset("data", (1, len(values)), kept)
        made[0] = values
    return place


def transform(images: NDArray[Any], axes: tuple[int, ...] = (-2, -1)) -> NDArray[np.complex64]:
    """Return the orthonormal Fourier transform, origins in the middle."""
    moved = np.fft.ifftshift(images, axes)
    return np.fft.fftshift(np.fft.fftn(moved, axes=axes, norm="ortho"), axes).astype(np.complex64)
