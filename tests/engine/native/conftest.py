from __future__ import annotations

import pytest
import torch

from recon_cli.engine.native.library import usable


@pytest.fixture(autouse=True)
def kernels() -> None:
    """Skip where this installation has no compiled kernels."""
    if not usable(torch.zeros(1)):
        pytest.skip("the kernels were not compiled")
