"""Formats of single fields of science, each read and written by the library of its field."""

from . import czi, dicom, fits, lif, mrc, nd2, nifti, ome_zarr

FORMATS = (
    fits.FORMAT, mrc.FORMAT, nifti.FORMAT, dicom.FORMAT, ome_zarr.FORMAT, czi.FORMAT, nd2.FORMAT, lif.FORMAT,
)  # fmt: skip
