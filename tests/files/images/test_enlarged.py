from __future__ import annotations

import numpy as np

from recon_cli.files.images.enlarged import enlarged
from recon_cli.files.images.picture import Picture


def test_every_pixel_is_repeated_with_its_alpha() -> None:
    array = np.arange(24, dtype=np.uint8).reshape(1, 3, 4, 2)
    picture = Picture("in.tif", "tiff", array, "QYXS", copied=1, dpi=(72.0, 96.0), native=object())
    grown = enlarged(picture, 3)
    assert grown.array.shape == (1, 9, 12, 2)
    np.testing.assert_array_equal(grown.array[:, ::3, ::3], array)
    np.testing.assert_array_equal(grown.array[:, 2::3, 1::3], array)
    assert (grown.dpi, grown.native, grown.copied) == ((216.0, 288.0), None, 1)
    assert enlarged(picture, 1) is picture
