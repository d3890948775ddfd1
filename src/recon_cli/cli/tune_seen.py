"""What `recon tune` reads of cameras and scans: data with their references, or clean images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..errors import ReconError
from .tomography import Center, Dark, Flat

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ..workflows.images.camera import Camera
    from ..workflows.seen import Seen
    from ..workflows.tomography.study import Asked
    from ..workflows.tune.seen import SeenCase

    Image = NDArray[np.float32]

_SHARE_OF_NOISE = "1%"
"""Of simulated projections where none is given."""


@dataclass(frozen=True)
class SeenOptions:
    """Options of what cameras and scans see, by the names that they have on the command line."""

    psf: Annotated[str | None, typer.Option(help="With --task deconvolve, as of recon deconvolve.")] = None
    factor: Annotated[
        int | None, typer.Option(min=2, max=4, help="With --task upscale, as of recon upscale.")
    ] = None
    kernel: Annotated[str | None, typer.Option(help="With --task upscale, as of recon upscale.")] = None
    align: Annotated[
        Literal["middle", "corner"], typer.Option(help="With --task upscale, as of recon upscale.")
    ] = "middle"
    missing: Annotated[
        float,
        typer.Option(min=0.01, max=0.99, help="With --task inpaint, of clean images: share without data."),
    ] = 0.5
    angles: Annotated[str | None, typer.Option(help="With --task tomography, as of recon tomography.")] = None
    center: Center = None
    flat: Flat = None
    dark: Dark = None

    @property
    def files(self) -> tuple[Path | str | None, ...]:
        """What is read of them; words that name no file do no harm."""
        return self.psf, self.kernel, self.angles, self.flat, self.dark

    def camera(self, task: str) -> Camera:
        """Return the camera of a task.

        Raises:
            ReconError: when the option that says what it does was not given.
        """
        from ..workflows.images.inpainting import HollowCamera
        from ..workflows.images.named_cameras import blurring, coarsening

        if task == "inpaint":
            return HollowCamera()
        if task == "deconvolve":
            if self.psf is None:
                raise ReconError("give the point spread function, as --psf gaussian:1.6", 2)
            return blurring(self.psf)
        if self.factor is None:
            raise ReconError("give --factor, the pixels of the result for one of the image", 2)
        return coarsening(self.factor, self.kernel, self.align)

    def asked(self, sigma: str | None) -> Asked:
        """Return what is said of a scan.

        Raises:
            ReconError: when the angles are missing, or a word is not understood.
        """
        from ..workflows.tomography.angles import named_angles
        from ..workflows.tomography.words import asked_of

        if self.angles is None:
            raise ReconError("give the angles of the projections, as --angles 0:180:1", 2)
        return asked_of(named_angles(self.angles), self.center, sigma or "auto", False, None)


def photographs(
    options: SeenOptions,
    task: str,
    files: Sequence[Path],
    references: Sequence[Path],
    mask: str | None,
    sigma: float,
    criterion: str,
    seed: int,
    is_clean: bool,
) -> tuple[tuple[SeenCase, ...], list[str]]:
    """Return the pictures of a camera, and sentences for the user.

    Args:
        options: of the camera.
        task: `deconvolve`, `inpaint` or `upscale`.
        files: pictures; none takes the examples.
        references: clean ones, as many, or none.
        mask: file of the pixels with data, or None.
        sigma: noise level, in 8-bit grey levels.
        criterion: its name.
        seed: of all chance.
        is_clean: whether the pictures count as clean, so that data are simulated.

    Raises:
        ReconError: when an option is missing, or files do not fit.
    """
    from ..files.images import read_grey, read_luma
    from ..quality.scores import Reference
    from ..workflows.images.simulation import simulate, some_pixels
    from ..workflows.seen import seen_by
    from ..workflows.tune.examples import example_images
    from ..workflows.tune.seen import seen_case

    camera = options.camera(task)
    simulated = is_clean or not files
    if task == "inpaint" and not simulated and mask is None:
        raise ReconError("give --mask, an image that is black where pixels are missing", 2)
    read = read_luma if simulated else read_grey
    images = [plane for path in files for plane in read(path)] or example_images()
    truths = [plane for path in references for plane in read_grey(path)]
    cases = []
    for number, image in enumerate(images):
        height, width = (length // camera.factor for length in image.shape) if simulated else image.shape
        camera.check(str(files[0]) if files else "an example", (height, width))
        held = _held(mask, (height, width))
        truth: Image | None = None
        data = image
        if simulated:
            truth = image[: camera.factor * height, : camera.factor * width]
            data = simulate(truth, camera, sigma, seed + number)
            if task == "inpaint" and held is None:
                held = some_pixels((height, width), options.missing, seed + number)
        elif truths:
            truth = truths[number] if number < len(truths) else image[:0]
            if truth.shape != (camera.factor * height, camera.factor * width):
                raise ReconError(
                    f"the reference of image {number + 1} has the shape {truth.shape}, and it takes "
                    f"{camera.factor * height} x {camera.factor * width} pixels",
                    2,
                )
        seen = seen_by(camera, data if held is None else data * held, held, sigma)
        reference = None if truth is None else Reference(truth[None], 1.0)
        cases.append(seen_case(seen, reference, criterion, seed + number))
    named = "the images count as clean" if files else "tuning on crops of example images"
    said = f"{named}; data of them are simulated with noise of sigma {sigma:g}, seed {seed}"
    return tuple(cases), [said] if simulated else []


def scans(
    options: SeenOptions,
    files: Sequence[Path],
    references: Sequence[Path],
    sigma: str | None,
    criterion: str,
    seed: int,
    is_clean: bool,
) -> tuple[tuple[SeenCase, ...], list[str]]:
    """Return the slices of scans, and sentences for the user; see `photographs`."""
    from ..files.images import read_luma, read_picture
    from ..files.references import read_reference
    from ..quality.scores import Reference
    from ..workflows.seen import slice_of
    from ..workflows.tomography.projections import Fields, Projections, projections_of
    from ..workflows.tomography.simulate import in_square, simulate_scan
    from ..workflows.tomography.study import Asked, prepare
    from ..workflows.tune.examples import example_images
    from ..workflows.tune.seen import seen_case

    asked = options.asked(sigma or _SHARE_OF_NOISE if is_clean or not files else sigma)
    cases: list[SeenCase] = []
    if is_clean or not files:
        if not asked.relative or asked.sigma is None:
            raise ReconError(
                f"--sigma of projections that are simulated is a percentage, as {_SHARE_OF_NOISE}", 2
            )
        slices = [plane for path in files for plane in read_luma(path)] or example_images()
        for number, plane in enumerate(slices):
            made = simulate_scan(plane[None], asked.angles, asked.sigma, asked.center, seed + number)
            known = Asked(asked.angles, asked.center, sigma=made.sigma)
            study = prepare(Projections(made.values, "", ()), known, "an image")
            truth = Reference(in_square(plane[None], asked.center), 1.0)
            cases.append(seen_case(slice_of(study, 0), truth, criterion, seed + number))
        named = "the images count as clean" if files else "tuning on crops of example images"
        words = f"{named}; projections of them are simulated with noise of {asked.sigma:.2%}, seed {seed}"
        return tuple(cases), [words]
    sentences = []
    truths = [read_reference(path) for path in references]
    for number, path in enumerate(files):
        fields = Fields(options.flat, options.dark)
        projections = projections_of(read_picture(path), len(asked.angles), fields)
        sentences += [f"warning: {path}: {sentence}" for sentence in projections.warnings]
        study = prepare(projections, asked, str(path))
        seen: list[Seen] = [slice_of(study, frame) for frame in range(len(study))]
        for frame, each in enumerate(seen):
            part = None
            if truths:
                whole = truths[number]
                part = Reference(whole.images[frame : frame + 1], whole.peak)
                if part.images.shape[1:] == study.field.shape:
                    part = Reference(part.images * study.field, part.peak)
            cases.append(seen_case(each, part, criterion, seed + frame))
    return tuple(cases), sentences


def _held(mask: str | None, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    """Return which pixels of pictures have data by a file; None for all."""
    from ..files.images.maps import fitted, read_map

    if mask is None:
        return None
    what = "a mask"
    return fitted(read_map(Path(mask), what), (1, *shape), mask, what)[0] != 0
