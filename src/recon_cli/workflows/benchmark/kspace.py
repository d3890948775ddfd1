"""MRI as a contest: undersampled, noisy k-space of clean images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.references import Reference
from ...quality.metrics import psnr
from ..calibrate import climb
from ..calibrate_ridge import Scan, calibrate_ridge_in_mri
from ..methods.one_parameter import OneParameter
from ..mri.methods.choosing import choose_mri_method
from ..mri.methods.model import PatchModel
from ..mri.methods.ridge import ConvexRidge
from ..mri.methods.total_variation import TV_WEIGHT, TotalVariation
from ..mri.simulate import simulate
from ..mri.study import Study
from ..ridge import strength_in_mri
from ..tune.budget import Budget
from ..tune.criteria import CRITERIA
from ..tune.evaluation import Subject, tolerance_of
from ..tune.kspace import kspace_cases
from ..tune.log import fingerprint
from ..tune.run import Search, choose_grid, tune, usual
from .contest import DRAW, Case, Contestant, Reconstruction, weights_of

if TYPE_CHECKING:
    from ...files.named import Named
    from ...models.dictionary import Dictionary
    from ..mri.methods.method import MriMethod
    from ..mri.options import MriOptions
    from .entries import Entry

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Samples = NDArray[np.complex64]
OTHERS = ("zero-filling", "tv", "crr")


def kspace_cases_of(
    images: Sequence[Named], masks: Sequence[Mask], noise: float, draws: int, fft: Origin
) -> list[Case]:
    """Return the cases.

    Args:
        images: clean ones.
        masks: one for each image, of its size.
        noise: standard deviation of k-space's noise, of 255, both parts together.
        draws: of the noise for each image.
        fft: where image and k-space have their origin.
    """

    def measure(clean: Image, mask: Mask, seed: int) -> Callable[[], Samples]:
        return lambda: simulate(clean, mask, noise, fft=fft, seed=seed)

    pairs = list(zip(images, masks, strict=True))
    return [
        Case(image.name, draw, image.pixels, measure(image.pixels, mask, number + DRAW * draw))
        for draw in range(draws)
        for number, (image, mask) in enumerate(pairs)
    ]


def kspace_contestant(
    entry: Entry, options: MriOptions, mask_of: Callable[[Samples], Mask], tuned: bool
) -> Contestant:
    """Return a method of reconstruction.

    Args:
        entry: names it.
        options: of the reconstruction, for real images.
        mask_of: gives the mask of an image's k-space.
        tuned: whether its parameters are those that are best in PSNR for each image; else they are stored.

    Raises:
        ReconError: when there is no such model, or no parameters are known.
    """
    options = replace(options, mode=entry.mode)
    method = choose_mri_method(entry.method, entry.model)
    if isinstance(method, PatchModel) and not tuned and f"mri-{entry.mode}" not in method.dictionary.tuned:
        raise ReconError(f"{method.model} has no parameters for MRI in mode {entry.mode}; give --tune", 2)

    def reconstruct(samples: Samples, clean: Image) -> Reconstruction:
        mask = mask_of(samples)
        best, chosen = (_tuned if tuned else _stored)(method, options, samples, mask, clean)
        frame = best.reconstruct(samples[None], mask, chosen, None, 1.0)
        result, values = frame.result, frame.parameters.as_json()
        return Reconstruction(frame.image, frame.seconds, result.iterations, result.gap, values)

    return Contestant(entry.name, _mark(method, options, tuned), reconstruct)


def _stored(
    method: MriMethod, options: MriOptions, samples: Samples, mask: Mask, clean: Image
) -> tuple[MriMethod, MriOptions]:
    return method, options


def _tuned(
    method: MriMethod, options: MriOptions, samples: Samples, mask: Mask, clean: Image
) -> tuple[MriMethod, MriOptions]:
    """Return method and options with the parameters that are best in PSNR for one image."""
    if isinstance(method, TotalVariation):

        def score(weight: OneParameter) -> float:
            done = TotalVariation(weight.value).reconstruct(samples[None], mask, options, None, 1.0)
            return psnr(done.image, clean)

        best, _ = climb(OneParameter("weight", TV_WEIGHT), score, [(1,)])
        return TotalVariation(best.value), options
    if isinstance(method, ConvexRidge):
        ridge, scan = method.ridge, Scan(samples[None], mask, clean)
        strength, _ = calibrate_ridge_in_mri(ridge, [scan], options, strength_in_mri(ridge))
        return ConvexRidge(replace(ridge, tuned=ridge.tuned | {"mri": strength})), options
    if not isinstance(method, PatchModel):
        return method, options
    return method, _by_grid(method.dictionary, options, samples, mask, clean)


def _by_grid(
    dictionary: Dictionary, options: MriOptions, samples: Samples, mask: Mask, clean: Image
) -> MriOptions:
    quick = replace(options, tolerance=tolerance_of(options.mode))
    study = Study(samples[None, None], mask[None], None, 1.0, quick)
    cases = kspace_cases(study, Reference(clean[None], 1.0), dictionary, None, "psnr")
    subject = Subject(cases, CRITERIA["psnr"], options.mode)
    start = usual("mri", options.mode, dictionary, 25)
    grid = choose_grid(start, None, None, subject.criterion)
    found = tune(subject, dictionary, Search(start, grid, Budget()), {})
    return options.filled(found.best.parameters)


def _mark(method: MriMethod, options: MriOptions, tuned: bool) -> str:
    settings: dict[str, Any] = {"method": method.name, "tuned": tuned} | method.fields(options)
    settings |= {} if tuned else method.parameters(options).as_json()
    arrays: list[Image] = []
    if isinstance(method, PatchModel):
        arrays = weights_of(method.dictionary)
    elif isinstance(method, ConvexRidge):
        arrays = weights_of(method.ridge)
    return fingerprint(settings, arrays)
