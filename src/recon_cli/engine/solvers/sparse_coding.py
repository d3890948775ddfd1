"""Sparse coding of patches, `min_a 1/2 |v - D a|^2 + sum_j lam_j |a_j|` for each column `v`."""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor

from ..priors.dictionary.shrinkage import clip, shrink

_STOPPED_SHARE = 0.3
"""Stopped patches are carried along until they are this share: cutting them out costs a copy."""


def _levels(dictionary: Tensor, lam: float | Tensor) -> Tensor:
    """Return lam of each atom, `(atoms, 1)` float64."""
    levels = torch.as_tensor(lam, dtype=torch.float64, device=dictionary.device).view(-1, 1)
    return levels.expand(dictionary.shape[1], 1)


class SparseCoder(Protocol):
    """A sparse-coding method whose state, `(atoms, columns)`, starts at zero and is kept for warm starts."""

    @property
    def threshold(self) -> Tensor | None:
        """The codes are the state soft-thresholded by this, `(atoms, 1)`; with None the state itself."""

    def advance(self, patches: Tensor, state: Tensor) -> None:
        """Change the state in place until it holds the codes of `patches`, `(size**2, columns)`."""


class ExactCoder:
    """Sparse coding to high accuracy, by over-relaxed ADMM on the split `a = z`.

    Both variables of ADMM live in one state `s = z + u`: `z = soft(s, lam / rho)`, `u = s - z`. With
    `K = (D D' + rho I)^-1`, the next state is `s + alpha (D'K v - D'K D (z - u) - u)`: a single product
    with a square matrix an iteration.
    """

    relaxation = 1.7
    penalty = 0.15
    """Times the square root of lam: measured for sigma 5 and 25 over the first ten sweeps, warm started."""

    def __init__(
        self, dictionary: Tensor, lam: float | Tensor, tolerance: float = 2e-3, max_iterations: int = 1000
    ) -> None:
        """Factorise once for all patches.

        Args:
            dictionary: `D`, `(size**2, atoms)`.
            lam: soft-threshold level, a number or one for each atom.
            tolerance: a block stops when `|a - z| <= tolerance (|z| + |u| / 100)` over the block.
            max_iterations: a block stops after so many.
        """
        levels = _levels(dictionary, lam)
        rho = self.penalty * math.sqrt(float(levels.mean()))
        wide = dictionary.double()
        ridge = rho * torch.eye(wide.shape[0], dtype=wide.dtype, device=wide.device)
        project = torch.linalg.solve(wide @ wide.T + ridge, wide).T
        self.threshold = (levels / rho).to(dictionary)
        self.project = project.to(dictionary)
        """`D'K`, `(atoms, size**2)`."""
        self.square = (project @ wide).to(dictionary)
        """`D'K D`, `(atoms, atoms)`."""
        self.tolerance = tolerance
        self.max_iterations = max_iterations

    def advance(self, patches: Tensor, state: Tensor) -> None:
        """See `SparseCoder`."""
        target = self.project @ patches
        for iteration in range(1, self.max_iterations + 1):
            u = clip(state, self.threshold)
            step = torch.addmm(target, self.square, torch.sub(state, u, alpha=2), alpha=-1).sub_(u)
            check = iteration in (1, 2) or iteration % 4 == 0
            size = float(torch.sub(state, u).norm() + 0.01 * u.norm()) if check else 0.0
            state.add_(step, alpha=self.relaxation)
            if check and float(step.norm()) <= self.tolerance * size:
                return


class FistaCoder:
    """The paper's sparse coding, equation (8): FISTA, each patch stopped by its relative l1 change."""

    threshold = None

    def __init__(
        self, dictionary: Tensor, lam: float | Tensor, tolerance: float = 1e-4, max_iterations: int = 10_000
    ) -> None:
        """Prepare the Gram matrix.

        Args:
            dictionary: `D`, `(size**2, atoms)`, spectral norm at most 1.
            lam: soft-threshold level, a number or one for each atom.
            tolerance: a patch stops when its codes change by less than this, relative, in the l1 norm.
            max_iterations: all stop after so many.
        """
        self._dictionary = dictionary
        self._gram = dictionary.T @ dictionary
        self._lam = _levels(dictionary, lam).to(dictionary)
        self._tolerance = tolerance
        self._max_iterations = max_iterations

    def advance(self, patches: Tensor, state: Tensor) -> None:
        """See `SparseCoder`."""
        target = self._dictionary.T @ patches
        live = torch.arange(state.shape[1], device=state.device)
        stopped = torch.zeros_like(live, dtype=torch.bool)
        codes, extrapolated, t = state.clone(), state.clone(), 1.0
        for _ in range(self._max_iterations):
            extrapolated -= torch.addmm(target, self._gram, extrapolated, beta=-1)
            new = shrink(extrapolated, self._lam)
            moved = new - codes
            size = torch.linalg.vector_norm(codes, 1, dim=0)
            change = torch.linalg.vector_norm(moved, 1, dim=0) / (size + 1e-8)
            t_new = (1 + math.sqrt(4 * t * t + 1)) / 2
            extrapolated = torch.add(new, moved, alpha=(t - 1) / t_new)
            codes, t = new, t_new
            ready = (change < self._tolerance) & ~stopped
            if bool(ready.any()):
                state[:, live[ready]] = codes[:, ready]
                stopped |= ready
                share = float(stopped.float().mean())
                if share == 1:
                    return
                if share > _STOPPED_SHARE:
                    going = ~stopped
                    live, target = live[going], target[:, going]
                    codes, extrapolated = codes[:, going], extrapolated[:, going]
                    stopped = torch.zeros_like(live, dtype=torch.bool)
        state[:, live[~stopped]] = codes[:, ~stopped]
