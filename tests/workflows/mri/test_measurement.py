from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli.engine.operators.fourier import Origin
from recon_cli.engine.result import Status
from recon_cli.errors import ReconError
from recon_cli.models.dictionary import Dictionary
from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.priors import DictionaryPrior
from recon_cli.quality.metrics import nrmse, psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.mri.masks import Pattern, generate_mask
from recon_cli.workflows.mri.measurement import ImageModel, measure, zero_filled
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.simulate import simulate
from recon_cli.workflows.mri.study import prepare

from .acquisitions import (
    Frame,
    coil_maps,
    noise,
    phantom,
    reconstruct_frame,
    small_dictionary,
    small_prior,
    transform,
)

CROP = data.camera()[100:164, 200:264].astype(np.float32) / 255
SMALL = data.camera()[100:124, 205:225].astype(np.float32) / 255
MASK = generate_mask("random", 24, 20, 0.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "image", "fft"),
    [
        ("radial", "real", "centered"),
        ("cartesian", "real", "uncentered"),
        ("random", "real", "shifted"),
        ("random", "complex", "uncentered"),
    ],
)
def test_zero_filling_is_beaten(pattern: Pattern, image: ImageModel, fft: Origin) -> None:
    mask = generate_mask(pattern, 64, 64, 0.4)
    mask = mask if fft != "uncentered" else np.fft.ifftshift(mask)
    samples = simulate(CROP, mask, 5, fft=fft)
    prior = DictionaryPrior(find_dictionary(None, 25), 0.05, 1.5e-4)
    done = reconstruct_frame(samples[None], mask, prior, Solver("full", tolerance=3e-3), image=image, fft=fft)
    assert done.result.converged
    assert done.result.gap <= 3e-3
    assert done.image.dtype == (np.float32 if image == "real" else np.complex64)
    assert done.image.shape == done.zero_filled.shape == (64, 64)
    result, start = (np.abs(x) if image == "complex" else x for x in (done.image, done.zero_filled))
    assert psnr(result, CROP) > psnr(start, CROP) + 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "solver",
    [
        Solver("unrolled", steps=3),
        Solver("early-stop", tolerance=1e-2),
        Solver("full", algorithm="ipalm", tolerance=1e-5),
        Solver("unrolled", inner="fista", steps=3),
    ],
)
def test_every_mode_comes_nearer_than_zero_filling(solver: Solver) -> None:
    mask = generate_mask("random", 36, 36, 0.4)
    crop = CROP[:36, :36]
    # sweeps come near the sooner the less weight the patches have, and here every pixel lies in all of them
    prior = DictionaryPrior(find_dictionary(None, 25, once=True), 0.02, 1.5e-4)
    done = reconstruct_frame(simulate(crop, mask, 5)[None], mask, prior, solver)
    assert psnr(done.image, crop) > psnr(done.zero_filled, crop) + 0.5


def test_zero_filled_is_the_inverse_transform_of_the_samples() -> None:
    samples = simulate(SMALL, MASK, 0)
    back = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(samples), norm="ortho"))
    for image, wanted in (("real", back.real), ("complex", back)):
        done = reconstruct_frame(samples[None], MASK, image=image)
        np.testing.assert_allclose(done.zero_filled, wanted, atol=1e-6)


@pytest.mark.parametrize("factor", [1e-9, 1000.0])
@pytest.mark.parametrize("image", ["real", "complex"])
def test_the_units_of_k_space_are_those_of_the_result(factor: float, image: ImageModel) -> None:
    samples = simulate(SMALL, MASK, 2)[None, None]

    def run(factor: float) -> Frame:
        scaled = (factor * samples).astype(np.complex64)
        study = prepare(scaled, Undersampling(MASK), image=image)
        assert study.scale * factor == pytest.approx(prepare(samples, Undersampling()).scale, rel=1e-4)
        return reconstruct_frame(scaled[0], MASK, image=image, scale=study.scale)

    one, other = run(1.0), run(factor)
    assert np.abs(other.image / factor - one.image).max() < 1e-3 * np.abs(one.image).max()
    assert np.abs(other.zero_filled / factor - one.zero_filled).max() < 1e-3
    assert nrmse(np.abs(one.image), SMALL) < nrmse(np.abs(one.zero_filled), SMALL)


def test_maps_may_have_any_scale() -> None:
    """The result times the maps is what the coils see, so it carries the inverse of their scale."""
    maps = coil_maps(3, 24, 20)
    samples = (transform(maps * SMALL) * MASK).astype(np.complex64)
    one, other = (
        reconstruct_frame(samples, MASK, image="complex", maps=m)
        for m in (maps, (1j * 50 * maps).astype(np.complex64))
    )
    np.testing.assert_allclose(50 * np.abs(other.image), np.abs(one.image), atol=2e-3)
    np.testing.assert_allclose(50j * other.zero_filled, one.zero_filled, atol=1e-5)


def test_full_k_space_of_coils_gives_the_image_back() -> None:
    maps = coil_maps(4, 24, 20)
    maps /= np.sqrt((np.abs(maps) ** 2).sum(0))
    image = 0.8 * SMALL * np.exp(1j * np.linspace(0, 1, 20))
    full = np.ones((24, 20), bool)
    done = reconstruct_frame(
        transform(maps * image),
        full,
        small_prior(1e-3, 1e-3),
        Solver("full", tolerance=3e-2),
        image="complex",
        maps=maps,
    )
    np.testing.assert_allclose(done.image, image, atol=1e-2)
    np.testing.assert_allclose(done.zero_filled, image, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["random", "cartesian"])
@pytest.mark.parametrize("estimated", [False, True])
def test_eight_coils_with_phase_halve_the_error_of_zero_filling(pattern: Pattern, estimated: bool) -> None:
    maps = coil_maps(8, 64, 64)
    head = phantom()
    mask = generate_mask(pattern, 64, 64, 0.25)
    mask[28:36, 28:36] = True
    samples = ((transform(maps * head) + noise(8, 64, 64)) * mask).astype(np.complex64)
    study = prepare(samples[None], Undersampling(), maps="auto" if estimated else maps)
    assert study.image == "complex"
    measurement = study.measurement(0)
    found = reconstruct(
        measurement, DictionaryPrior(find_dictionary(None, 25), 0.02, 1.5e-4), Solver("full", tolerance=2e-2)
    )
    done = Frame(np.asarray(found.image)[0], zero_filled(measurement), found)
    truth = np.abs(head)
    if estimated:  # SENSE with maps of unit power sees what all coils see together
        truth = truth * np.sqrt((np.abs(maps) ** 2).sum(0))
    assert done.result.converged
    assert nrmse(np.abs(done.image), truth) <= 0.5 * nrmse(np.abs(done.zero_filled), truth)
    if not estimated:
        inside = truth > 0.1
        assert np.abs(np.angle(done.image * head.conj()))[inside].mean() < 0.1


def test_what_lies_off_the_mask_is_ignored() -> None:
    samples = simulate(SMALL, np.ones_like(MASK), 2)[None]
    one, other = (reconstruct_frame(s, MASK) for s in (samples, samples * MASK))
    np.testing.assert_array_equal(one.image, other.image)


def test_the_callback_sees_the_history() -> None:
    seen: list[Status] = []
    done = reconstruct(measure(simulate(SMALL, MASK, 2)[None], MASK), small_prior(), callback=seen.append)
    assert done.solution is not None
    told = tuple(status._replace(image=None) for status in seen if status.is_evaluated)
    assert told == done.solution.history
    assert [status.iteration for status in seen] == [*range(1, len(seen) + 1)]
    assert seen[-1].image is not None


def test_the_dictionary_brings_the_parameters_of_mri() -> None:
    bare = small_dictionary()
    strengths = {("denoise", "full"): Tuned(9, 9), ("mri", "full"): Tuned(0.05, 1e-3)}
    tuned = Dictionary(bare.atoms, bare.variant, 25, strengths, name="tuned")
    samples = simulate(SMALL, MASK, 2)[None]
    done = reconstruct_frame(samples, MASK, DictionaryPrior(tuned))
    assert done.result.used[0].parameters == {"beta": 0.05, "lam": 1e-3, "tol": 0.6}
    reason = ", which fills what was not sampled less well than --mode full"
    for dictionary, mode, why in (
        (bare, "full", ""),
        (tuned, "unrolled", reason),
        (tuned, "early-stop", reason),
    ):
        said = f"no parameters for MRI in mode {mode}{why}; give --beta and --lam"
        with pytest.raises(ReconError, match=said):
            reconstruct_frame(samples, MASK, DictionaryPrior(dictionary), Solver(mode))  # type: ignore[arg-type]


def _bad(**changed: object) -> dict[str, object]:
    return {"samples": simulate(SMALL, MASK, 0)[None], "mask": MASK, "maps": None} | changed


_TWO: NDArray[np.complex64] = simulate(SMALL, MASK, 0)[None].repeat(2, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            _bad(samples=np.ones((1, 3, 20), np.complex64), mask=np.ones((3, 20), bool)),
            "3 x 20 pixels, smaller than a patch of 4 x 4",
        ),
        (_bad(mask=MASK.T), r"the mask has shape \(20, 24\), k-space has \(24, 20\)"),
        (_bad(mask=np.zeros_like(MASK)), "no energy under the mask"),
        (_bad(samples=np.zeros((1, 24, 20), np.complex64)), "no energy under the mask"),
        (_bad(samples=_TWO), "k-space of 2 coils needs coil maps: --maps FILE or --maps auto"),
        (_bad(samples=_TWO, maps=coil_maps(3, 24, 20)), r"coil maps have shape \(3, 24, 20\), k-space has"),
        (_bad(samples=_TWO, maps=np.zeros_like(_TWO)), "coil maps are zero everywhere"),
    ],
)
def test_what_cannot_be_reconstructed_is_refused(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(ReconError, match=said):
        reconstruct_frame(**arguments)  # type: ignore[arg-type]
