"""What `recon tomography` does with each file of projections."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...files.images import read_picture
from ...files.streams import read_stdin
from ..data_files import DataReconstructor, Loaded
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
