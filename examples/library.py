"""Denoise an array from Python, and see how near to the minimum the result is."""

from pathlib import Path

import numpy as np
from PIL import Image

from recon_cli import denoise

noisy = np.asarray(Image.open(Path(__file__).with_name("camera_noisy.png")))[64:192, 64:192]
clean, report = denoise(noisy / 255, 25, mode="full", report=True)
print(f"{clean.shape[0]} x {clean.shape[1]} pixels from {clean.min():.3f} to {clean.max():.3f}")
print(f"J is at most {report.gap:.2%} above its minimum, after {report.iterations} iterations")
print(f"the image is at most {report.distance:.2g} grey levels from the exact one, root mean square")
