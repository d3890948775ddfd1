from __future__ import annotations

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images.jpeg_markers import MOST_SCANS, look_at_markers

from ...trust.bombs import many_scans


def test_scans_are_counted_and_not_those_of_a_thumbnail() -> None:
    whole = many_scans(1)
    thumbnail = b"\xff\xda" * 200
    content = whole[:2] + b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail + whole[2:]
    assert look_at_markers(content, "in.jpg") == (14, 12, 3, True)
    own = whole.count(b"\xff\xda")
    look_at_markers(many_scans(1 + MOST_SCANS - own), "in.jpg")
    with pytest.raises(ReconError, match=r"in\.jpg is a JPEG of more than 100 scans"):
        look_at_markers(many_scans(2 + MOST_SCANS - own), "in.jpg")


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", many_scans(1)[:40]])
def test_what_has_no_scan_is_not_whole(content: bytes) -> None:
    assert not look_at_markers(content, "in.jpg").whole
