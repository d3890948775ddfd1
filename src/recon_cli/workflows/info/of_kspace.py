"""How `recon mri` understands k-space."""

from __future__ import annotations

from pathlib import Path

from ...priors.choosing import choose_prior
from ...solver import Solver
from ..file_workflow import FileTask
from ..mri.descriptions import study_fields, study_rows
from ..mri.files import KSpaceReconstructor
from ..mri.sampling import Undersampling
from .file_info import FileInfo, command_of


def kspace_info(path: Path, axes: str | None) -> FileInfo:
    """Return how k-space is read by `recon mri`, with the mask and the coil maps of its own file.

    Raises:
        ReconError: as that command where it cannot read it.
    """
    workflow = KSpaceReconstructor(choose_prior("model", "mri"), Solver(), Undersampling(), axes=axes)
    loaded = workflow.read(FileTask(path, None))
    measured, study = loaded.measured, loaded.study
    read, sampling, image = study_rows(loaded)
    mask = "of its own" if measured.mask is not None else "none of its own: exact zeros were not sampled"
    rows = (
        ("axes", read),
        ("sampling", sampling),
        ("mask", mask),
        ("image", image),
        *([("voxel", " x ".join(f"{mm:.4g}" for mm in measured.voxel) + " mm")] if measured.voxel else []),
    )
    fields = study_fields(loaded) | {
        "shape": list(measured.samples.shape),
        "has_mask": measured.mask is not None,
        "has_maps": measured.maps is not None,
        "voxel_mm": measured.voxel and list(measured.voxel),
    }
    words = ["mri", str(path), *(["--axes", axes] if axes else [])]
    if study.masks.all():
        words += ["--mask", "cartesian"]  # full k-space leaves nothing else to try
    return FileInfo("k-space", rows, fields, command_of(*words), loaded.warnings)
