from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from skimage import data

from recon_cli import denoise
from recon_cli.errors import ReconError
from recon_cli.quality.metrics import psnr

CLEAN = data.astronaut()[20:84, 180:244].astype(np.float64) / 255
NOISY = CLEAN + 25 / 255 * np.random.default_rng(1).standard_normal(CLEAN.shape)


def test_a_grey_image_with_its_certificate() -> None:
    grey = NOISY[:40, :44, 1].astype(np.float32)
    result, report = denoise(grey, 25, report=True)
    assert (result.shape, result.dtype) == (grey.shape, np.float32)
    assert psnr(result, CLEAN[:40, :44, 1]) > psnr(grey, CLEAN[:40, :44, 1]) + 4
    assert report.converged
    assert 0 <= report.gap <= 1e-3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_a_tensor_gives_a_tensor(dtype: torch.dtype) -> None:
    noisy = torch.from_numpy(NOISY).permute(2, 0, 1).to(dtype)
    result = denoise(noisy, 25, mode="unrolled", channel_axis=0)
    assert isinstance(result, torch.Tensor)
    assert (result.dtype, result.shape, result.device) == (dtype, noisy.shape, noisy.device)
    array = denoise(NOISY, 25, mode="unrolled", channel_axis=-1)
    assert isinstance(array, np.ndarray)
    np.testing.assert_allclose(result.permute(1, 2, 0).numpy(), array, atol=2e-3)


def test_a_stack_of_any_depth_is_solved_plane_by_plane() -> None:
    planes = np.moveaxis(NOISY[:24, :20], -1, 0).reshape(3, 1, 24, 20)
    result = denoise(planes, 25, mode="unrolled")
    assert result.shape == planes.shape
    for plane, alone in zip(result[:, 0], planes[:, 0], strict=True):
        np.testing.assert_allclose(plane, denoise(alone, 25, mode="unrolled"), atol=1e-4)


def test_the_input_is_not_changed() -> None:
    noisy = NOISY[:24, :20, 0].astype(np.float32)
    before = noisy.copy()
    denoise(noisy, 25, mode="unrolled")
    np.testing.assert_array_equal(noisy, before)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (np.zeros((20, 20), np.uint8), "give floats in"),
        (np.zeros(20), "give floats in"),
        (np.full((20, 20), np.nan), "NaN or infinite"),
        (np.full((20, 20), 200.0), "scale it to"),
        (np.zeros((5, 20)), "smaller than a patch"),
    ],
)
def test_bad_input(image: np.ndarray, said: str) -> None:
    with pytest.raises(ReconError, match=said):
        denoise(image, 25, mode="unrolled")


def test_importing_the_package_does_not_import_torch() -> None:
    code = "import sys, recon_cli; assert 'torch' not in sys.modules; recon_cli.nothing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "has no attribute 'nothing'" in done.stderr
