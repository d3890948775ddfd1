"""What `recon tune` reads of cameras and scans: data with their references, or clean images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ReconError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..workflows.seen import Seen
    from ..workflows.tune.case import Case
    from .tune_options import Inputs

    Image = NDArray[np.float32]

_SHARE_OF_NOISE = "1%"
"""Of simulated projections where none is given."""


def photographs(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    """Return the pictures of a camera, and sentences for the user.

    Args:
        inputs: pictures, of which data are simulated where they count as clean or are the examples.
        criterion: its name.

    Raises:
        ReconError: when an option is missing, or files do not fit.
    """
    from ..files.images import read_grey, read_luma
    from ..quality.scores import Reference
    from ..workflows.images.simulation import simulate, some_pixels
    from ..workflows.seen import seen_by
    from ..workflows.tune.examples import example_images
    from ..workflows.tune.seen import seen_case

    options, files, seed, sigma = inputs.options, inputs.images, inputs.options.seed, inputs.options.level
    assert sigma is not None
    camera, mask, is_inpainting = options.camera(), options.mask, options.task == "inpaint"
    simulated = inputs.is_clean or not files
    if is_inpainting and not simulated and mask is None:
        raise ReconError("give --mask, an image that is black where pixels are missing", 2)
    read = read_luma if simulated else read_grey
    images = [plane for path in files for plane in read(path)] or example_images()
    truths = [plane for path in inputs.references for plane in read_grey(path)]
    cases: list[Case] = []
    for number, image in enumerate(images):
        height, width = (length // camera.factor for length in image.shape) if simulated else image.shape
        camera.check(str(files[0]) if files else "an example", (height, width))
        held = _held(mask, (height, width))
        truth: Image | None = None
        data = image
        if simulated:
            truth = image[: camera.factor * height, : camera.factor * width]
            data = simulate(truth, camera, sigma, seed + number)
            if is_inpainting and held is None:
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


def scans(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
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

    options, files, seed = inputs.options, inputs.images, inputs.options.seed
    simulated = inputs.is_clean or not files
    asked = options.asked(options.sigma or (_SHARE_OF_NOISE if simulated else None))
    cases: list[Case] = []
    if simulated:
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
    truths = [read_reference(path) for path in inputs.references]
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
