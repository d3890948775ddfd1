from __future__ import annotations

import math

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images.channels import Spans
from recon_cli.files.images.span import Span
from recon_cli.workflows.denoising.noise import GaussianNoise
from recon_cli.workflows.denoising.noise_counts import PoissonNoise
from recon_cli.workflows.denoising.poisson import CountModel
from recon_cli.workflows.denoising.whitening import whiten

PLANES = np.random.default_rng(0).random((2, 1, 16, 16), np.float32)


def test_a_known_level_holds_for_every_plane() -> None:
    white = GaussianNoise(25).whiten(PLANES, Span(0, 65535))
    np.testing.assert_array_equal(white.sigmas, [[25], [25]])
    assert white.planes is PLANES
    assert white.back(PLANES) is PLANES
    assert white.said == "sigma 25/255 = 6425 in the data"


def test_a_level_of_255_is_of_the_type_whatever_range_the_data_have() -> None:
    """Sigma 5 of bytes is five grey levels, on whichever scale the model is applied."""
    white = GaussianNoise(5).whiten(PLANES, Span(10, 61, "data", (10, 61), 255))
    np.testing.assert_allclose(white.sigmas, 25)
    assert white.said == "sigma 25/255 = 5 in the data"
    with pytest.raises(ReconError, match="name their black and white with --range, or give --sigma-units"):
        GaussianNoise(5).whiten(PLANES, Span(10, 61, "data", (10, 61), math.nan))


def test_a_range_of_the_data_is_wide_enough_for_the_level() -> None:
    assert GaussianNoise(10).least_range(65535) == pytest.approx(0.2 * 65535)
    assert GaussianNoise(10, "data").least_range(None) == pytest.approx(51)
    assert GaussianNoise(10).least_range(None) == GaussianNoise("auto").least_range(255) == 0


def test_a_level_in_the_units_of_the_data_is_put_to_255() -> None:
    noise = GaussianNoise(80, "data")
    np.testing.assert_allclose(noise.whiten(PLANES, Span(0, 4080)).sigmas, [[5], [5]])
    assert noise.level is None
    assert GaussianNoise(80).level == 80


@pytest.mark.parametrize("kind", ["auto", "planes"])
def test_an_image_without_noise_is_refused(kind: str) -> None:
    flat, noise = (
        np.full((2, 1, 32, 32), 0.5, np.float32),
        GaussianNoise("auto" if kind == "auto" else "planes"),
    )
    with pytest.raises(ReconError, match="no noise was found"):
        whiten([noise], flat, Spans.one(Span(0, 1), 2))


@pytest.mark.parametrize(("kind", "levels"), [("auto", (16, 0, 16)), ("planes", (8, 0, 24))])
def test_planes_without_noise_do_not_count(kind: str, levels: tuple[int, ...]) -> None:
    planes = np.full((3, 1, 64, 64), 0.5, np.float32)
    for plane, sigma in ((0, 8), (2, 24)):
        noise = np.random.default_rng(plane).standard_normal((1, 64, 64))
        planes[plane] += np.float32(sigma / 255) * noise.astype(np.float32)
    white = GaussianNoise("auto" if kind == "auto" else "planes").whiten(planes, Span(0, 1))
    np.testing.assert_allclose(white.sigmas[:, 0], levels, rtol=0.1)
    assert white.said.endswith(", plane 1 without noise left as it is")
    many = GaussianNoise("auto").whiten(np.concatenate([planes, *[planes[1:2]] * 7]), Span(0, 1))
    assert many.said.endswith(", planes 1, 3, 4, 5, 6 and 3 more without noise left as it is")


def test_a_channel_without_noise_does_not_count() -> None:
    colour = np.full((1, 3, 64, 64), 0.2, np.float32)
    colour[0, 0] += np.float32(10 / 255) * np.random.default_rng(3).standard_normal((64, 64), np.float32)
    levels = GaussianNoise("auto").whiten(colour, Span(0, 1)).sigmas
    np.testing.assert_allclose(levels, [[10, 10, 10]], rtol=0.1)


def test_colours_have_a_level_each_where_they_differ() -> None:
    noise = np.random.default_rng(4).standard_normal((2, 3, 96, 96)).astype(np.float32)
    for wanted, said in (((8, 4, 24), ", 4"), ((10, 11, 10), "estimated as 10")):
        planes = 0.5 + np.float32(wanted)[:, None, None] / 255 * noise
        white = GaussianNoise("auto").whiten(planes, Span(0, 1))
        np.testing.assert_allclose(white.sigmas, [wanted, wanted], rtol=0.1)
        assert (len(set(white.sigmas[0])) == 1) == (wanted == (10, 11, 10))
        assert said in white.said


def test_levels_may_be_given_for_each_colour() -> None:
    noise = GaussianNoise((8, 4, 24))
    (part,) = noise.split(np.array([0]), 3)
    white = part.whiten(PLANES.repeat(3, 1), Span(0, 65535))
    np.testing.assert_array_equal(white.sigmas, [[8, 4, 24]] * 2)
    assert white.said == "sigma 8, 4, 24/255 = 2056, 1028, 6168 in the data"
    assert noise.least_range(255) == pytest.approx(24 * 5.1)
    assert [part.sigma for part in noise.split(np.arange(3), 1)] == [8, 4, 24]
    for channels, colours in ((1, 1), (2, 1), (2, 3)):
        with pytest.raises(ReconError, match="--sigma has 3 levels, and the number of channels is"):
            noise.split(np.arange(channels), colours)


def test_counts_go_and_come_back() -> None:
    counts = np.random.default_rng(1).poisson(50, (1, 1, 64, 64)).astype(np.float32)
    white = PoissonNoise(CountModel(1)).whiten(counts / 200, Span(0, 200))
    assert 255 * white.planes.std() == pytest.approx(white.sigmas[0, 0], rel=0.05)
    mean = np.full_like(white.planes, white.planes.mean())
    assert 200 * float(white.back(mean).mean()) == pytest.approx(50, abs=0.5)


def test_what_the_level_of_correlated_noise_means_is_said() -> None:
    noise = np.random.default_rng(4).standard_normal((1, 1, 98, 96)).astype(np.float32)
    smooth = (noise[:, :, 2:] + 2 * noise[:, :, 1:-1] + noise[:, :, :-2]) / 4
    for kind, said in ((noise, False), (smooth, True)):
        white = GaussianNoise("auto").whiten(0.5 + np.float32(0.05) * kind, Span(0, 1))
        assert (
            "the noise is correlated, and stronger than that; try --noise-spectrum auto, or give --sigma"
            in white.said
        ) == said
