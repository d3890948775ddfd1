"""The processes that train together, one a GPU, started by torchrun."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn import Module
from torch.nn.parallel import DistributedDataParallel

from ...errors import ReconError


@dataclass(frozen=True)
class Team:
    """This process among those that train together.

    Attributes:
        rank: its number; 0 writes files and reports.
        size: how many there are.
        device: where it computes.
    """

    rank: int
    size: int
    device: str

    def share(self, crops: Tensor) -> Tensor:
        """Return this process's equal part of a joint batch."""
        count = crops.shape[0] // self.size
        return crops[self.rank * count : (self.rank + 1) * count].to(self.device)

    def wrap(self, module: Module) -> Module:
        """Let the gradients of a module be averaged over the processes."""
        return DistributedDataParallel(module) if self.size > 1 else module

    def mean(self, value: Tensor) -> float:
        """Return the mean of a number over the processes."""
        value = value.detach().clone()
        if self.size > 1:
            dist.all_reduce(value)
        return float(value) / self.size

    def any(self, flag: bool) -> bool:
        """Return whether the flag is set in any process."""
        return self.mean(torch.tensor(float(flag), device=self.device)) > 0


def is_first() -> bool:
    """Return whether this process is the one that writes files and reports."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def join_team(device: str, batch: int) -> Iterator[Team]:
    """Join the processes that torchrun started; without torchrun there is only this one.

    Args:
        device: `cpu` or `cuda`; with several processes each takes the GPU of its local rank.
        batch: crops a step, to be shared equally.

    Yields:
        The team.

    Raises:
        ReconError: when the batch cannot be shared equally.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team(0, 1, device)
        return
    rank, local = int(os.environ["RANK"]), int(os.environ.get("LOCAL_RANK", "0"))
    if batch % size:
        raise ReconError(f"a batch of {batch} crops cannot be shared by {size} processes equally", 2)
    if device == "cuda":
        device = f"cuda:{local}"
        torch.cuda.set_device(local)
    dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield Team(rank, size, device)
    finally:
        dist.destroy_process_group()
