from __future__ import annotations

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images import read_picture

from ...trust.bombs import ome_tiff

_OWN = 'UUID="urn:uuid:1"'


@pytest.mark.parametrize("own", ["", _OWN])
def test_another_file_is_named_and_not_read(own: str) -> None:
    with pytest.raises(ReconError, match=r"in\.tif keeps planes in another file, b\.tif, which is not read"):
        read_picture(ome_tiff("b.tif", own=own), "in.tif")


@pytest.mark.parametrize(("own", "file"), [("", "in.tif"), (_OWN, "old name.tif")])
def test_the_file_itself_may_be_named(own: str, file: str) -> None:
    assert read_picture(ome_tiff(file, own=own, text="urn:uuid:1"), "folder/in.tif").array.shape == (14, 12)


def test_planes_that_are_not_there_take_no_memory() -> None:
    content = ome_tiff("in.tif", own=_OWN, text="urn:uuid:1", planes=10**12)
    assert read_picture(content, "in.tif").array.shape == (14, 12)
