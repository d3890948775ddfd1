"""The penalties of the splits of image and codes, see `joint_iteration`."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ..circulant import Circulant
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.problem import PatchProblem

_COMPLETE = 0.99
"""Smallest eigenvalue from which on the data determine the image by themselves."""
_MOST = 0.5
"""Of mu over the mean of `H'H`."""


_OF_DATA, _OF_PATCHES, _BLURRED = 0.1, 0.3, 0.3
"""Of mu where the data leave something open: at most, and relative to the sum over patches. That is small at
low noise, where the image would hang on its copy. The third takes the place of the first after a blur, where
the weight of the data is large."""

_CODES, _POWER = 0.35, 0.75
"""Of rho: factor and power of lam, measured for denoising and MRI, lam from 5e-5 to 8e-3."""
_OF_SIZE, _SIZE, _REST = 1.15e-3, -0.63, 0.287
"""Of rho where the size of the codes is known: factor, its power, and that of the rho without it. Fitted to
what proves 24 parts of photographs at sigma 5 to 50 soonest, from a half to twice that rho, within 13 %."""
_OF_COILS = 0.6
"""Share of it in MRI with coils."""
_LEAST, _LARGEST = 0.3, 3.0
"""Share of the rho without it."""


class Split(NamedTuple):
    """How the penalties follow from the system in the image: what settles first depends on them.

    Where `H'H` is diagonal, mu over its mean where there are data is `factor` times a power of the geometric
    mean of the eigenvalues of `beta sum_k P~k' W P~k`, and at most `_MOST`. In MRI with coils, mu is
    multiplied by `coils`.
    """

    factor: float
    power: float
    coils: float = 1.0

    def share(self, patches: Circulant) -> float:
        """Return mu over the mean of `H'H`, for the sum over patches."""
        return min(self.factor * patches.typical() ** self.power, _MOST) if self.power else self.factor


SHORT = Split(0.5, 0.0)
"""Of a few iterations: the bundled rules for weights were trained with it."""
IMAGE = Split(0.14, 0.2, 0.3)
"""Has the image settle soonest; measured for denoising, sigma from 1 to 50, 6 to 16 coils, and blurs;
of 60 projections images are then up to 0.1 dB better after as many iterations."""
PROOF = Split(0.3, 0.7)
"""Has the multipliers prove the minimum soonest; measured likewise."""


def box_penalty(problem: PatchProblem, spectrum: Tensor, patches: Circulant, split: Split) -> float:
    """Return mu, the penalty of the split `x = w`; measured for denoising and MRI.

    Less where no datum reaches some pixels, as in the frame of a crop: there the patch term alone holds them,
    and less still where beta is small. More where the data determine the image by themselves.

    Args:
        problem: the problem.
        spectrum: of the operator.
        patches: the sum over patches.
        split: what is wanted of the iteration.
    """
    measurement = problem.measurement
    seen, support = measurement.operator.seen(), measurement.domain.support
    if seen is not None and support is not None:
        seen = seen | ~support.to(seen.device)
    if seen is not None and not bool(seen.all()):
        return 0.03 * min(1.0, (problem.beta / 0.3) ** 1.5)
    if float(spectrum.min()) > _COMPLETE:
        return 0.3
    share = split.coils if has_coils(problem) else 1.0
    blurred = measurement.operator.sampled_convolution(problem.start) is not None
    return share * min(_BLURRED if blurred else _OF_DATA, _OF_PATCHES * patches.typical())


def has_coils(problem: PatchProblem) -> bool:
    """Return whether k-space is that of images that maps of coils multiply."""
    measurement = problem.measurement
    return measurement.task == "mri" and not measurement.operator.is_convolution


def code_penalties(problem: PatchProblem, start: Codes | None = None) -> Tensor:
    """Return rho of each atom, `(atoms, 1)` float64, from lam times the geometric mean of its weights.

    With a mean that small weights rule, as the harmonic one, weights that differ much cost twice as many
    iterations until the image has settled, and five times as many to the certificate; measured. Codes that
    are large, of images with much detail, want a smaller rho, and move faster then.

    Args:
        problem: the problem.
        start: codes of an earlier minimum; they count where weights followed from one.
    """
    typical = problem.lam.double()
    if problem.weights is not None:
        logs = [row.log().mean() for row in problem.weights]  # of all at once would take their memory
        typical = typical * torch.stack(logs)[:, None].exp()
    rho = _CODES * typical**_POWER
    if start is None or problem.weights is None:
        return rho
    size, usual = start.size(), float(rho.mean())
    share = _OF_SIZE * max(size, 1e-6) ** _SIZE * usual ** (_REST - 1)
    if has_coils(problem):
        share *= _OF_COILS
    return rho * min(max(share, _LEAST), _LARGEST)
