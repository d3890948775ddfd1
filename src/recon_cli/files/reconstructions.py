"""Reconstructed frames into the formats of other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .atomic import write_atomically
from .kspace.cfl import to_cfl, write_cfl
from .kspace.hdf5 import write_hdf5

RECONSTRUCTION_SUFFIXES = (".npy", ".cfl", ".h5", ".png", ".tif", ".tiff", ".nii", ".nii.gz")
_COMMENT = 6
"""NIfTI's code of an extension that holds text."""


@dataclass(frozen=True)
class About:
    """What is known of images besides their pixels.

    Attributes:
        voxel: size in mm, `(z, y, x)`, or None.
        affine: from column, row and slice to right, anterior and superior in mm, `(4, 4)`, or None where it
            is not known where they lie.
        names: of the images of a slice, or none.
    """

    voxel: tuple[float, float, float] | None = None
    affine: NDArray[np.float64] | None = None
    names: tuple[str, ...] = ()


def write_reconstruction(
    path: Path,
    images: NDArray[Any],
    frame_shape: tuple[int, ...],
    about: About | None = None,
) -> None:
    """Write frames in the format of the path's suffix, whole or not at all.

    | suffix | content |
    |---|---|
    | .npy | the values, `(*frame_shape, height, width)` |
    | .cfl | complex64 in BART's dimensions, with `.hdr` beside |
    | .h5 | the values as dataset `reconstruction`, `(frames, height, width)`, the names as `frames` |
    | .png | 16-bit magnitude of a single frame, divided by its maximum |
    | .tif, .tiff | the values with the axes Z (slice), T (repetition), Y, X; of complex ones the magnitude |
    | .nii, .nii.gz | the values, `(x, y, z)` or `(x, y, z, t)`, where they lie in the scanner, names |

    Args:
        path: ending in one of RECONSTRUCTION_SUFFIXES.
        images: `(frames, height, width)`, float32 or complex64, in double precision where that does not hold
            them.
        frame_shape: as `KSpace` holds it.
        about: what else is known of them.

    Raises:
        ReconError: when the suffix is unknown, a PNG would need several frames, the format does not hold
            values of this size, or the place cannot be written.
    """
    suffix = check_reconstruction_suffix(path, len(images))
    about = about or About()
    shaped = images.reshape(*frame_shape, *images.shape[1:])
    if suffix == ".npy":
        write_atomically(path, lambda file: np.save(file, shaped, allow_pickle=False))
    elif suffix == ".cfl":
        if images.dtype in (np.float64, np.complex128):
            raise ReconError(
                f"cannot write {path}: values up to {np.abs(images).max():.2g} are beyond the single "
                "precision of BART's files; take .npy"
            )
        write_cfl(path, to_cfl(images[:, None], frame_shape))
    elif suffix == ".h5":
        named = {"frames": np.array([name.encode() for name in about.names])} if about.names else {}
        write_atomically(path, lambda file: write_hdf5(file, reconstruction=images, **named))
    elif suffix == ".png":
        write_atomically(path, lambda file: _write_png(file, np.abs(images[0])))
    elif suffix in (".tif", ".tiff"):
        write_atomically(path, lambda file: _write_tiff(file, shaped, about.names))
    else:
        content = _nifti(images, frame_shape, about, compressed=suffix == ".nii.gz")
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


def _write_tiff(file: IO[bytes], shaped: NDArray[Any], names: tuple[str, ...]) -> None:
    import tifffile

    values = np.abs(shaped) if np.iscomplexobj(shaped) else shaped
    axes = "ZT"[: shaped.ndim - 2] + "YX"
    tifffile.imwrite(
        file,
        values,
        photometric="minisblack",
        metadata={"axes": axes, **({"frames": names} if names else {})},
    )


def _nifti(images: NDArray[Any], frame_shape: tuple[int, ...], about: About, compressed: bool) -> bytes:
    import gzip

    import nibabel

    slices, repetitions = (*frame_shape, 1, 1)[:2]
    volume = images.reshape(slices, repetitions, *images.shape[1:]).transpose(3, 2, 0, 1)
    image = nibabel.Nifti1Image(volume if repetitions > 1 else volume[..., 0], about.affine)
    header = image.header
    if about.affine is None:  # codes 0: nobody knows where it lies
        header.set_zooms([*(about.voxel or (1.0, 1.0, 1.0))[::-1], *[1.0] * (repetitions > 1)])
    else:
        image.set_sform(about.affine, "scanner")
        image.set_qform(about.affine, "scanner")
    header.set_xyzt_units("mm" if about.voxel else "unknown")
    if about.names:
        header.extensions.append(nibabel.nifti1.Nifti1Extension(_COMMENT, "\n".join(about.names).encode()))
    content = image.to_bytes()
    return gzip.compress(content, mtime=0) if compressed else content
