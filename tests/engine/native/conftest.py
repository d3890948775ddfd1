from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from recon_cli.engine.native.loading import kernels as loaded


@pytest.fixture(autouse=True)
def kernels() -> None:
    """Skip where this installation has no compiled kernels."""
    if loaded().absence:
        pytest.skip(f"the compiled kernels are not in use: {loaded().absence}")


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let PyTorch, and so the kernels, take one thread, then two."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield
    torch.set_num_threads(before)
