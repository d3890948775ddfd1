"""What holds for all pictures of a command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...files.images.holes import HoleFinder
from ..images.camera import Camera

if TYPE_CHECKING:
    from ...files.images.picture import Format
    from ...priors.prior import Prior
    from ...solver import Solver
    from .noise import Noise
    from .pictures import Colour


@dataclass(frozen=True)
class PictureSettings:
    """The settings that hold for all files.

    Attributes:
        prior: what is assumed of the images.
        solver: mode, tolerance, limits and device.
        noise: what is known of it.
        colour: whether three channels are denoised together.
        memory: what the solver and its copies of planes may take, in bytes; None takes what is usual.
        given: the values that become 0 and 1, or None.
        by_type: take those of the type of the data wherever it has some, for strengths that are given belong
            to that scale.
        finder: of the pixels without data.
        keep_holes: whether they are left as they are; else they are filled.
        axes: letters for those of the stored array, see `check_axes`; None leaves them as the file has them.
        camera: what it makes of the image.
        series: number of the only image of a file that is solved; None solves all.
        dtype: of the results; None keeps the input's.
        format: of standard output; None keeps the input's.
        overwrite: whether existing files are replaced.
    """

    prior: Prior
    solver: Solver
    noise: Noise
    colour: Colour = "joint"
    memory: int | None = None
    given: tuple[float, float] | None = None
    dtype: str | None = None
    format: Format | None = None
    overwrite: bool = False
    by_type: bool = False
    finder: HoleFinder = field(default_factory=HoleFinder)
    keep_holes: bool = False
    axes: str | None = None
    camera: Camera = field(default_factory=Camera)
    series: int | None = None
