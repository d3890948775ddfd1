from __future__ import annotations

import numpy as np
import pytest

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
    with pytest.raises(ReconError, match="radial or spiral"):
        check_kspace(full[:, rows, columns])


@pytest.mark.parametrize("pattern", ["radial", "cartesian", "random", None])
@pytest.mark.parametrize("level", [0.0, 0.1])
def test_k_space_is_k_space(pattern: Pattern | None, level: float) -> None:
    samples = transform(IMAGES) + noise(4, 64, 64, level=level)
    mask = generate_mask(pattern, 64, 64, 0.3) if pattern else np.ones((64, 64), bool)
    check_kspace((samples * mask).astype(np.complex64))


def test_noise_alone_is_not_judged() -> None:
    check_kspace(noise(1, 32, 32).astype(np.complex64))
