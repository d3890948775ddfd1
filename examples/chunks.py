"""Denoise an image in chunks, as one that is too large for memory: by dask, and by scikit-image.

Chunks share 54 pixels with their neighbours and none at the border, so that no seam can be seen. The solver
takes all cores for a chunk: one is solved at a time. It needs `pip install dask`.
"""

from pathlib import Path

import dask
import dask.array as da
import numpy as np
from PIL import Image
from skimage.util import apply_parallel

from recon_cli import denoise

noisy = np.asarray(Image.open(Path(__file__).with_name("camera_noisy.png")))[:80, :240] / 255
fast = {"sigma": 25, "mode": "unrolled"}

with dask.config.set(scheduler="synchronous"):
    chunks = da.from_array(noisy, chunks=(80, 120))
    result = da.map_overlap(denoise, chunks, depth=54, boundary="none", meta=noisy[:0, :0], **fast)
    by_dask = result.compute()
    by_skimage = apply_parallel(
        denoise, noisy, chunks=(80, 120), depth=54, mode="none", extra_keywords=fast, dtype=noisy.dtype
    )

whole = denoise(noisy, **fast)
for name, image in (("dask", by_dask), ("scikit-image", by_skimage)):
    print(f"{name} in chunks and the whole image differ by at most {np.abs(image - whole).max():.1e}")
