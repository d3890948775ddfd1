"""What users say of scans, and what `recon tomography` does with each file of projections."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import ReconError
from ...files.images import read_picture
from ...files.streams import read_stdin
from ..data_files import DataReconstructor, Loaded
from ..noise_words import number, share_or_level
from .projections import Fields, projections_of
from .study import Asked, prepare


@dataclass(frozen=True)
class ScanReconstructor(DataReconstructor):
    """The settings that hold for all files.

    Attributes:
        asked: what the user says of the scan.
        fields: of the detector.
    """

    asked: Asked
    fields: Fields
    first = "filtered backprojection"

    def load(self, source: Path | None) -> Loaded:
        """See `DataReconstructor`."""
        picture = read_picture(source) if source else read_picture(read_stdin(), "standard input")
        projections = projections_of(picture, len(self.asked.angles), self.fields)
        study = prepare(projections, self.asked, picture.name)
        return Loaded(projections.said, study, projections.values, warnings=projections.warnings)


def asked_of(
    angles: Sequence[float],
    center: str | None,
    sigma: str,
    rings: bool,
    given: tuple[float, float] | None,
) -> Asked:
    """Return what the options of a scan say.

    Args:
        angles: in degrees.
        center: a number, `auto` or None.
        sigma: a positive number, one with a percent sign, or `auto`.
        rings: whether they are removed.
        given: the numbers of `--range`.

    Raises:
        ReconError: when a word is none of these.
    """
    axis = None if center in (None, "auto") else number(str(center))
    if axis is not None and not math.isfinite(axis):
        raise ReconError(f"--center takes the column of the axis or auto, and is {center}", 2)
    level, relative = (None, False) if sigma == "auto" else share_or_level(sigma, ", or auto")
    return Asked(tuple(angles), axis, center == "auto", level, relative, rings, given)
