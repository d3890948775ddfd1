from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from skimage import data

from recon_cli import ReconError, Solver, mri
from recon_cli.priors import DictionaryPrior, NonLocalMeans, RidgePrior, TotalVariationPrior, ZeroFilling
from recon_cli.quality.metrics import psnr

SHAPE = (32, 30)
CLEAN = data.camera()[60:92, 200:230].astype(np.float64) / 255
MASK = np.random.default_rng(0).random(SHAPE) < 0.55
MASK[10:22, 9:21] = True
TV = TotalVariationPrior()


def _kspace(image: np.ndarray) -> np.ndarray:
    """Return k-space whose origins are in the middle, of `(..., height, width)`."""
    axes = (-2, -1)
    return np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(image, axes), norm="ortho"), axes)


ROWS, COLUMNS = np.meshgrid(np.linspace(-1, 1, SHAPE[0]), np.linspace(-1, 1, SHAPE[1]), indexing="ij")
MAPS = np.stack([1.5 + ROWS + 0.3j * COLUMNS, 1.5 - COLUMNS + 0.4j * ROWS, 1.5 - ROWS - 0.5j])
MAPS /= np.sqrt((np.abs(MAPS) ** 2).sum(0))
ONE = _kspace(CLEAN) * MASK
COILS = _kspace(MAPS * CLEAN) * MASK
FRAMES = np.stack([COILS, 0.5 * COILS])


@pytest.mark.parametrize("prior", [None, TV])
def test_one_coil_gives_a_real_image_with_its_certificate(prior: Any) -> None:
    image, report = mri(1000 * ONE, MASK, prior=prior, report=True)
    assert (image.shape, image.dtype) == (SHAPE, np.float64)
    assert psnr(image / 1000, CLEAN) > psnr(mri(ONE, MASK, prior=ZeroFilling()), CLEAN) + 1
    assert report.image is image
    assert report.converged
    assert report.used[0].prior == ("model" if prior is None else "tv")
    if prior is None:
        once = DictionaryPrior("sigma25-minimum")
        _, report = mri(1000 * ONE, MASK, prior=once, solver=Solver("full"), report=True)
    assert report.converged
    assert report.gap is not None
    assert 0 <= report.gap <= 1e-3


def test_the_mask_is_found_by_exact_zeros() -> None:
    np.testing.assert_array_equal(mri(ONE, prior=TV), mri(ONE, MASK, prior=TV))


def test_coils_with_their_maps_give_a_complex_image() -> None:
    image = mri(COILS, MASK, maps=MAPS, prior=TV)
    assert (image.shape, image.dtype) == (SHAPE, np.complex128)
    assert psnr(np.abs(image), CLEAN) > 28
    assert mri(COILS, MASK, maps=MAPS, image="real", prior=TV).dtype == np.float64


def test_maps_are_estimated() -> None:
    asked, usual = (mri(COILS, MASK, prior=TV, **maps) for maps in ({"maps": "auto"}, {}))
    np.testing.assert_array_equal(asked, usual)
    given = mri(COILS, MASK, maps=MAPS, prior=TV)
    assert psnr(np.abs(asked), np.abs(given)) > 20


def test_frames_are_reconstructed_one_by_one() -> None:
    images, report = mri(FRAMES, MASK, maps=MAPS, scale=1.0, prior=TV, report=True)
    assert images.shape == (2, *SHAPE)
    np.testing.assert_allclose(images[0], mri(COILS, MASK, maps=MAPS, scale=1.0, prior=TV), atol=1e-6)
    assert np.abs(images[1]).max() < 0.7 * np.abs(images[0]).max()
    assert report.image is images
    assert report.iterations > 0


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize(("kspace", "options"), [(ONE, {}), (COILS, {"maps": MAPS})], ids=["one", "coils"])
def test_tensors_give_tensors(kspace: np.ndarray, options: dict[str, Any], dtype: torch.dtype) -> None:
    few = Solver(max_iterations=20)
    given = torch.from_numpy(kspace).to(dtype)
    maps = {name: torch.from_numpy(value) for name, value in options.items()}
    image = mri(given, torch.from_numpy(MASK), prior=TV, solver=few, **maps)
    assert isinstance(image, torch.Tensor)
    assert image.device == given.device
    assert image.dtype == (dtype if options else dtype.to_real())
    array = mri(kspace, MASK, prior=TV, solver=few, **options)
    np.testing.assert_allclose(image.numpy(), array, atol=1e-5)


@pytest.mark.parametrize(
    ("factor", "dtype"), [(1e-30, np.complex64), (1e30, np.complex64), (1e60, np.complex128)]
)
def test_values_of_any_size(factor: float, dtype: type) -> None:
    settings: dict[str, Any] = {"prior": TV, "solver": Solver("unrolled", count=20)}
    for scale, level in ((None, None), (0.7, 0.01)):
        one = mri(COILS.astype(np.complex64), scale=scale, noise_level=level, **settings)
        other = mri(
            (COILS * factor).astype(dtype),
            scale=scale and scale / factor,
            noise_level=level and level * factor,
            **settings,
        )
        np.testing.assert_allclose(other / factor, one, atol=1e-4)


def test_the_input_is_not_changed() -> None:
    before = COILS.copy(), MASK.copy(), MAPS.copy()
    mri(COILS, MASK, maps=MAPS, prior=ZeroFilling())
    for kept, given in zip(before, (COILS, MASK, MAPS), strict=True):
        np.testing.assert_array_equal(kept, given)


@pytest.mark.parametrize(
    ("kspace", "options", "said"),
    [
        (ONE.tolist(), {}, "the k-space has to be a NumPy array or a torch tensor, not a list"),
        (CLEAN, {}, r"k-space is complex, \(height, width\), .*not float64 of the shape \(32, 30\)"),
        (ONE[0], {}, r"k-space is complex, .*not complex128 of the shape \(30,\)"),
        (ONE[None, None, None], {}, "k-space is complex"),
        (FRAMES[:0], {}, r"k-space of the shape \(0, 3, 32, 30\) is empty"),
        (ONE * np.nan, {}, "k-space has NaN or infinite samples"),
        (ONE * 0, {}, "k-space was not sampled at all"),
        (ONE, {"mask": MASK[:3]}, r"the mask has shape \(3, 30\), k-space has \(32, 30\)"),
        (ONE, {"mask": MASK.tolist()}, "the mask has to be a NumPy array or a torch tensor, not a list"),
        (
            COILS,
            {"maps": MAPS[:2]},
            r"the coil maps have shape \(2, 32, 30\), k-space has \(3, 32, 30\); .* leave --maps out",
        ),
        (COILS, {"maps": MAPS * np.nan}, "the coil maps have NaN or infinite values"),
        (COILS, {"maps": "guess"}, "maps is one of auto, and is 'guess'"),
        (ONE, {"image": "phase"}, "image is one of auto, real, complex, and is 'phase'"),
        (ONE, {"fft": "middle"}, "fft is one of centered, uncentered, shifted, and is 'middle'"),
        (ONE, {"scale": 0}, "scale has to be a positive number, and is 0"),
        (ONE, {"scale": "big"}, "scale has to be a positive number, and is 'big'"),
        (ONE, {"prior": "tv"}, "prior has to be a Prior, not a str"),
        (ONE, {"prior": RidgePrior}, "prior has to be a Prior, not the class RidgePrior"),
        (ONE, {"prior": NonLocalMeans()}, "nlm denoises images of a known noise level, and nothing else"),
        (ONE, {"solver": "full"}, "solver has to be a Solver, not a str"),
        (
            ONE,
            {"solver": Solver("unrolled"), "prior": DictionaryPrior()},
            "no parameters for MRI in mode",
        ),
    ],
)
def test_every_wrong_argument_earns_a_sentence(kspace: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ReconError, match=said) as refused:
        mri(kspace, **{"prior": TV} | options)
    assert "\n" not in str(refused.value)
