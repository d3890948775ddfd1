from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from recon_cli.workflows.mri.noise import KSpaceNoise
from recon_cli.workflows.mri.residual import unexplained

from .acquisitions import coil_maps, noise, phantom, transform

SIDE, COILS = 48, 8
MAPS = coil_maps(COILS, SIDE, SIDE)
MASK = np.random.default_rng(0).random((SIDE, SIDE)) < 0.4
MASK[16:32, 16:32] = True


def samples_of(image: NDArray[np.generic], level: float, factor: float = 1.0) -> NDArray[np.complex64]:
    scan = transform(MAPS * image) + noise(COILS, SIDE, SIDE, level=level)
    return np.asarray(factor * scan * MASK, np.complex64)


@pytest.mark.parametrize("factor", [1e-20, 1.0, 1e8])
def test_of_maps_that_suit_noise_alone_is_left_and_otherwise_more(factor: float) -> None:
    samples = samples_of(phantom(SIDE), 0.02, factor)
    assert unexplained(samples, MASK, MAPS, "centered") == pytest.approx(0.02 * factor, rel=0.15)
    wrong = unexplained(samples, MASK, MAPS.conj(), "centered")
    assert wrong is not None
    assert wrong > 0.05 * factor


def test_the_origin_does_not_matter() -> None:
    samples = samples_of(phantom(SIDE), 0.02)
    here = unexplained(samples, MASK, MAPS, "centered")
    parts = (np.fft.ifftshift(part, (-2, -1)) for part in (samples, MASK, MAPS))
    assert here is not None
    assert unexplained(*parts, "uncentered") == pytest.approx(here, rel=1e-3)


def test_too_few_samples_explain_nothing() -> None:
    few = MASK & (np.random.default_rng(1).random((SIDE, SIDE)) < 0.3)
    assert unexplained(samples_of(phantom(SIDE), 0.02) * few, few, MAPS, "centered") is None
    assert unexplained(samples_of(phantom(SIDE), 0.02)[:1], MASK, MAPS[:1], "centered") is None


def test_an_image_that_fills_the_field_of_view_is_no_mismatch_of_maps() -> None:
    """Its low frequencies in a narrow window wrap around, where maps do not."""
    edge = np.add.outer(np.linspace(0, 1, SIDE), np.linspace(0, 0.5, SIDE))
    level = KSpaceNoise(0.01, None, "").beside(samples_of(edge, 0.01), MASK, MAPS, "centered").level
    assert level == pytest.approx(0.01, rel=0.25)
    moved = KSpaceNoise(0.01, None, "").beside(samples_of(edge, 0.01), MASK, MAPS.conj(), "centered").level
    assert moved > 0.05
