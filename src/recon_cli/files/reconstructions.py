"""Reconstructed frames into the formats of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .atomic import write_atomically
from .kspace.cfl import to_cfl, write_cfl
from .kspace.hdf5_write import write_hdf5

RECONSTRUCTION_SUFFIXES = (".npy", ".cfl", ".h5", ".png", ".tif", ".tiff", ".nii", ".nii.gz")
_Voxel = tuple[float, float, float]


def write_reconstruction(
    path: Path,
    images: NDArray[np.float32] | NDArray[np.complex64],
    frame_shape: tuple[int, ...],
    voxel: _Voxel | None = None,
) -> None:
    """Write frames in the format of the path's suffix, whole or not at all.

    | suffix | content |
    |---|---|
    | .npy | the values, `(*frame_shape, height, width)` |
    | .cfl | complex64 in BART's dimensions, with `.hdr` beside |
    | .h5 | the values as dataset `reconstruction`, `(frames, height, width)` |
    | .png | 16-bit magnitude of a single frame, divided by its maximum |
    | .tif, .tiff | float32 with the axes Z (slice), T (repetition), Y, X; the magnitude if complex |
    | .nii, .nii.gz | the values, `(x, y, z)` or `(x, y, z, t)`, with the voxel size and no orientation |

    Args:
        path: ending in one of RECONSTRUCTION_SUFFIXES.
        images: `(frames, height, width)`, float32 or complex64.
        frame_shape: as `KSpace` holds it.
        voxel: size in mm, `(z, y, x)`, kept by NIfTI.

    Raises:
        ReconError: when the suffix is unknown, a PNG would need several frames, or the place cannot be
            written.
    """
    suffix = check_reconstruction_suffix(path, len(images))
    shaped = images.reshape(*frame_shape, *images.shape[1:])
    if suffix == ".npy":
        write_atomically(path, lambda file: np.save(file, shaped, allow_pickle=False))
    elif suffix == ".cfl":
        write_cfl(path, to_cfl(images[:, None], frame_shape))
    elif suffix == ".h5":
        write_atomically(path, lambda file: write_hdf5(file, reconstruction=images))
    elif suffix == ".png":
        write_atomically(path, lambda file: _write_png(file, np.abs(images[0])))
    elif suffix in (".tif", ".tiff"):
        write_atomically(path, lambda file: _write_tiff(file, shaped))
    else:
        content = _nifti(images, frame_shape, voxel, compressed=suffix == ".nii.gz")
        write_atomically(path, lambda file: file.write(content))


def check_reconstruction_suffix(path: Path, frames: int = 1) -> str:
    """Return the suffix that decides on the format.

    Args:
        path: of the result.
        frames: how many it shall hold.

    Raises:
        ReconError: when no format belongs to it, or it cannot hold so many frames.
    """
    name = path.name.lower()
    suffix = next((known for known in reversed(RECONSTRUCTION_SUFFIXES) if name.endswith(known)), None)
    if suffix is None:
        raise ReconError(
            f"cannot write {path}: its name has to end in {', '.join(RECONSTRUCTION_SUFFIXES)}", 2
        )
    if suffix == ".png" and frames > 1:
        raise ReconError(f"cannot write {frames} frames to {path}: a PNG holds one; take .tif or .npy", 2)
    return suffix


def _write_png(file: IO[bytes], magnitude: NDArray[np.float32]) -> None:
    from PIL import Image as Pillow

    largest = float(magnitude.max()) or 1.0
    scaled = np.rint(magnitude.astype(np.float64) / largest * 65535).astype(np.uint16)
    Pillow.fromarray(scaled).save(file, "PNG")


def _write_tiff(file: IO[bytes], shaped: NDArray[Any]) -> None:
    import tifffile

    values = np.abs(shaped) if np.iscomplexobj(shaped) else shaped
    axes = "ZT"[: shaped.ndim - 2] + "YX"
    tifffile.imwrite(file, values, photometric="minisblack", metadata={"axes": axes})


def _nifti(
    images: NDArray[Any], frame_shape: tuple[int, ...], voxel: _Voxel | None, compressed: bool
) -> bytes:
    import gzip

    import nibabel

    slices, repetitions = (*frame_shape, 1, 1)[:2]
    volume = images.reshape(slices, repetitions, *images.shape[1:]).transpose(3, 2, 0, 1)
    size = voxel or (1.0, 1.0, 1.0)
    image = nibabel.Nifti1Image(volume if repetitions > 1 else volume[..., 0], np.diag([*size[::-1], 1.0]))
    image.header.set_xyzt_units("mm" if voxel else "unknown")
    content = image.to_bytes()
    return gzip.compress(content, mtime=0) if compressed else content
