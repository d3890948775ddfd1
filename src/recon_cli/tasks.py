"""What is reconstructed, by the names of the commands; `recon tune` and trainings take any of them."""

from __future__ import annotations

from typing import Literal

TaskName = Literal["denoise", "deconvolve", "inpaint", "upscale", "tomography", "mri"]
