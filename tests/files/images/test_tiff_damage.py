from __future__ import annotations

import logging

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images.tiff_damage import refusing_damage


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
