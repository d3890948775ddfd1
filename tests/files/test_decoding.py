from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.decoding import decoding


def test_errors_of_decoders_become_one_sentence() -> None:
    with pytest.raises(ReconError, match=r"^k.h5 is damaged or not supported: bad$"), decoding(Path("k.h5")):
        raise ValueError("bad\nin many lines")
    with (
        pytest.raises(ReconError, match=r"^k.h5 is damaged or not supported: ValueError$"),
        decoding(Path("k.h5")),
    ):
        raise ValueError
