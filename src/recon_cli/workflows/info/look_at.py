"""Look at a file of whatever kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...arguments import meant
from ...errors import ReconError
from ...files.bundled_models import manifest
from ...files.kspace.recognise import holds_kspace
from .of_kspace import kspace_info
from .of_model import model_info
from .of_picture import picture_info

if TYPE_CHECKING:
    from .file_info import FileInfo

_OF_MODELS = ".safetensors"


def look_at(name: str, axes: str | None = None) -> FileInfo:
    """Return how a file is understood.

    Args:
        name: of a picture, of k-space or of a model; or that of a bundled model.
        axes: a letter for each axis of a stored array; None takes what is usual.

    Raises:
        ReconError: when it is missing, damaged, or nothing that can be read.
    """
    path = Path(name)
    if name in manifest() or path.suffix == _OF_MODELS:
        return model_info(name)
    if not path.suffix and not path.exists():
        raise ReconError(f"{name} does not exist, nor is it a bundled model{meant(name, manifest())}")
    if not path.is_dir() and holds_kspace(path):
        return kspace_info(path, axes)
    return picture_info(path, axes)
