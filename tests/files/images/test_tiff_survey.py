from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import tifffile

from recon_cli.errors import ReconError
from recon_cli.files.images.tiff_survey import Survey


@pytest.mark.parametrize("big", [False, True])
def test_pages_that_follow_each_other_in_a_circle_are_damage(big: bool) -> None:
    pages = np.zeros((3, 14, 12), np.uint16)
    tifffile.imwrite(buffer := io.BytesIO(), pages, photometric="minisblack", metadata=None, bigtiff=big)
    assert len(Survey(buffer, "in.tif").pages) == 3
    with tifffile.TiffFile(buffer) as file:
        first, last = file.pages[0].offset, file.pages[2].offset
    content = bytearray(buffer.getvalue())
    count, entry, link = ("<Q", 20, "<Q") if big else ("<H", 12, "<I")
    (tags,) = struct.unpack_from(count, content, last)
    struct.pack_into(link, content, last + struct.calcsize(count) + entry * tags, first)
    with pytest.raises(ReconError, match="its pages overlap"):
        Survey(io.BytesIO(content), "in.tif")
