from __future__ import annotations

import io
import logging
import struct

import numpy as np
import pytest
import tifffile

from recon_cli.errors import ReconError
from recon_cli.files.images.tiff_damage import check_pages, refusing_damage


def test_only_missing_parts_are_damage(capfd: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("tifffile")
    with refusing_damage("in.tif"):
        logger.warning("a date is odd")
    with (
        pytest.raises(ReconError, match=r"in\.tif is damaged: invalid page offset 7"),
        refusing_damage("in.tif"),
    ):
        logger.error("invalid page offset 7")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("big", [False, True])
def test_pages_that_follow_each_other_in_a_circle_are_damage(big: bool) -> None:
    pages = np.zeros((3, 14, 12), np.uint16)
    tifffile.imwrite(buffer := io.BytesIO(), pages, photometric="minisblack", metadata=None, bigtiff=big)
    check_pages(buffer, "in.tif")
    with tifffile.TiffFile(buffer) as file:
        first, last = file.pages[0].offset, file.pages[2].offset
    content = bytearray(buffer.getvalue())
    count, entry, link = ("<Q", 20, "<Q") if big else ("<H", 12, "<I")
    (tags,) = struct.unpack_from(count, content, last)
    struct.pack_into(link, content, last + struct.calcsize(count) + entry * tags, first)
    with pytest.raises(ReconError, match="its pages overlap"):
        check_pages(io.BytesIO(content), "in.tif")
