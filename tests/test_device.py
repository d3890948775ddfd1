from __future__ import annotations

import pytest
import torch

from recon_cli.device import choose_device
from recon_cli.errors import ReconError


def test_auto_takes_a_gpu_where_there_is_one() -> None:
    assert choose_device("auto") == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_device("cpu") == "cpu"


def test_a_gpu_that_is_missing_or_cannot_certify_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ReconError, match="no CUDA device") as refused:
        choose_device("cuda")
    assert refused.value.exit_code == 2
    with pytest.raises(ReconError, match=r"\(mps\) have no double precision"):
        choose_device("mps")
