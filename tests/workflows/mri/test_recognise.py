from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.engine.operators.nonuniform import NonUniform
from recon_cli.errors import ReconError
from recon_cli.workflows.mri.masks import Pattern, generate_mask
from recon_cli.workflows.mri.recognise import check_kspace

from .acquisitions import coil_maps, noise, phantom, transform

IMAGES = (coil_maps(4, 64, 64) * phantom()).astype(np.complex64)


def test_coil_images_are_no_k_space() -> None:
    with pytest.raises(ReconError, match="coil images"):
        check_kspace(IMAGES)


def test_spokes_in_rows_are_no_grid() -> None:
    full = transform(IMAGES)
    angles = np.pi * np.arange(40) / 40
    reach = np.arange(64) - 32
    rows = 32 + np.rint(0.98 * reach * np.sin(angles)[:, None]).astype(int)
    columns = 32 + np.rint(0.98 * reach * np.cos(angles)[:, None]).astype(int)
    with pytest.raises(ReconError, match=r"radial or spiral.*--trajectory FILE"):
        check_kspace(full[:, rows, columns])


@pytest.mark.parametrize(("arms", "length", "turns"), [(48, 256, 1.0), (16, 1024, 4.0), (32, 128, 0.7)])
@pytest.mark.parametrize("inward", [False, True])
def test_spirals_in_rows_are_no_grid(arms: int, length: int, turns: float, inward: bool) -> None:
    along = np.linspace(0, 1, length)
    angles = 2 * np.pi * (turns * along + np.arange(arms)[:, None] / arms)
    places = 31 * along[:, None] * np.stack([np.sin(angles), np.cos(angles)], -1)
    operator = NonUniform(places.reshape(-1, 2).astype(np.float32), (64, 64))
    samples = operator.forward(torch.from_numpy(IMAGES)).numpy().reshape(4, arms, length)
    samples = samples + noise(4, arms, length, level=0.02)
    samples = samples[..., ::-1] if inward else samples
    for laid in (samples, samples.swapaxes(1, 2)):
        with pytest.raises(ReconError, match="radial or spiral"):
            check_kspace(laid.astype(np.complex64))


@given(
    st.lists(st.tuples(*[st.floats(0.12, 0.8)] * 2, *[st.floats(-0.4, 0.4)] * 2), min_size=1, max_size=3),
    st.sampled_from(["whole", "partial Fourier", "asymmetric echo", "short readouts", "central lines"]),
    st.floats(0.05, 0.45),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 0.01, 0.05]),
)
def test_no_cartesian_scan_is_refused(
    ellipses: list[tuple[float, ...]],
    kind: str,
    part: float,
    uncentred: bool,
    turned: bool,
    level: float,
) -> None:
    rows, columns = np.mgrid[-1:1:48j, -1:1:40j]  # type: ignore[misc]
    image = sum(((rows - y) / a) ** 2 + ((columns - x) / b) ** 2 < 1 for a, b, y, x in ellipses)
    samples = transform(coil_maps(2, 48, 40) * image * np.exp(1j * (rows + columns**2)))
    samples = samples + noise(2, 48, 40, level=level)
    match kind:
        case "partial Fourier":
            samples[:, : int(48 * part)] = 0
        case "asymmetric echo":
            samples[..., : int(40 * part)] = 0
        case "short readouts":  # the origin is near their beginning
            samples = samples[..., int(40 * part) :]
        case "central lines":
            samples[:, :18] = samples[:, 30:] = 0
    samples = np.fft.ifftshift(samples, (1, 2)) if uncentred else samples
    check_kspace((samples.swapaxes(1, 2) if turned else samples).astype(np.complex64))


@pytest.mark.parametrize("pattern", ["radial", "cartesian", "random", None])
@pytest.mark.parametrize("level", [0.0, 0.1])
def test_k_space_is_k_space(pattern: Pattern | None, level: float) -> None:
    samples = transform(IMAGES) + noise(4, 64, 64, level=level)
    mask = generate_mask(pattern, 64, 64, 0.3) if pattern else np.ones((64, 64), bool)
    check_kspace((samples * mask).astype(np.complex64))


def test_noise_alone_is_not_judged() -> None:
    check_kspace(noise(1, 32, 32).astype(np.complex64))
