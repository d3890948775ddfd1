"""What `recon denoise` does with each file: read it, solve, write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.figures import write_figure
from ...files.images import Picture, read_picture
from ...files.images.values import choose_span, own_range, to_planes, with_planes
from ...files.images.write import dtype_for, encode_picture, format_of, write_picture
from ...files.outputs import check_place
from ...files.streams import read_stdin, write_stdout
from ...quality.metrics import psnr, ssim
from .job import Job, Loaded, Solved, Stages
from .memory import usual_memory
from .noise import Noise
from .pictures import Colour, denoise_picture

if TYPE_CHECKING:
    from ...engine.result import Callback
    from ...files.images.picture import Format
    from ...files.images.values import Span
    from ...priors.prior import Prior
    from ...solver import Solver


@dataclass
class FileDenoiser:
    """The settings that hold for all files.

    Attributes:
        prior: what is assumed of the images.
        solver: mode, tolerance, limits and device.
        noise: what is known of it.
        colour: whether three channels are denoised together.
        memory: what the solver and its copies of planes may take, in bytes; None takes what is usual.
        given: the values that become 0 and 1, or None.
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

    def check(self) -> None:
        """Raise a ReconError where no file could be denoised with these settings."""
        if self.noise.level is not None:
            self.prior.prepare("denoise", self.noise.level, self.solver)

    def read(self, job: Job) -> Loaded:
        """Read an image and its reference, once it is clear that the result may be written.

        Raises:
            ReconError: when a file cannot be read or written, or does not suit.
        """
        for place in filter(None, (job.target, job.figure)):
            check_place(place, self.overwrite)
        picture = read_picture(job.source) if job.source else read_picture(read_stdin(), "standard input")
        span = choose_span(picture, self.given or (own_range(picture) if self.noise.counts else None))
        target = format_of(job.target) if job.target else self.format or picture.format
        dtype = dtype_for(picture, target, self.dtype)
        planes = to_planes(picture, span)
        clean = self._read_reference(job.reference, picture, span, planes.shape) if job.reference else None
        return Loaded(picture, span, planes, self.noise.whiten(planes, span), clean, target, dtype)

    def solve(self, job: Job, loaded: Loaded, follow: Callable[[str, float | None], Callback]) -> Solved:
        """Denoise an image.

        Args:
            job: what is asked.
            loaded: what `read` gave.
            follow: takes words about some planes and the tolerance; gives the solver's callback.

        Raises:
            ReconError: as `denoise_picture`.
        """
        span, white, clean = loaded.span, loaded.white, loaded.clean
        memory = self.memory or usual_memory(self.solver.device)
        tolerance = self.prior.prepare("denoise", float(white.sigmas[0]), self.solver).used.tolerance
        result = denoise_picture(
            white.planes,
            white.sigmas,
            self.prior,
            self.solver,
            memory,
            self.colour,
            lambda words: follow(words, tolerance),
        )
        planes = white.back(np.asarray(result.image))
        return Solved(
            f"{loaded.picture.describe()}, [{span.low:g}, {span.high:g}] is [0, 1], {white.said}",
            white.sigmas,
            result,
            with_planes(loaded.picture, planes, span, loaded.dtype),
            loaded.format,
            None if clean is None else (_scores(planes, clean), _scores(loaded.planes, clean)),
            Stages(loaded.planes, planes, clean) if job.figure else None,
        )

    def write(self, job: Job, solved: Solved) -> None:
        """Write the result, to a file whole or not at all, and its figure: of a stack the middle plane.

        Raises:
            ReconError: when that fails.
        """
        if job.target:
            write_picture(solved.picture, solved.format, job.target)
        else:
            write_stdout(encode_picture(solved.picture, solved.format))
        if job.figure and solved.stages:
            from ...reporting.denoise_figure import middle_plane  # matplotlib takes half a second to import

            write_figure(job.figure, middle_plane(solved.stages))

    def _read_reference(
        self, path: Path, noisy: Picture, span: Span, shape: tuple[int, ...]
    ) -> NDArray[np.float32]:
        clean = read_picture(path)
        planes = to_planes(clean, span if span.given else choose_span(clean))
        if planes.shape != shape:
            raise ReconError(f"{path} has shape {clean.array.shape}, the image has {noisy.array.shape}")
        return planes


def _scores(planes: NDArray[np.float32], clean: NDArray[np.float32]) -> tuple[float, float]:
    images = planes.reshape(-1, *planes.shape[-2:])
    similarity = [
        ssim(image, truth) for image, truth in zip(images, clean.reshape(images.shape), strict=True)
    ]
    return psnr(planes, clean), float(np.mean(similarity))
