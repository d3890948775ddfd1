"""Systems of a convolution whose result has a weight at each pixel: `(C' M C + R) x = b`.

Blurred pictures have them: M is zero beyond the picture, and between the pixels of a coarse one. Let T have
the largest number of M in each phase, see `circulant`, and `E = T - M`. Then `C' T C + R` is block circulant,
and with its inverse Q the formula of Woodbury gives

    (C' M C + R)^-1 = Q + Q C' E^1/2 S^-1 E^1/2 C Q,     S = I - E^1/2 C Q C' E^1/2.

S is a system on the pixels that lack something. With d the largest number of E in a phase, `u = (E / d)^1/2`
and `G = I - d^1/2 C Q C' d^1/2`, it is `I - u^2 + u G u`, in which no large numbers cancel. Where whole areas
lack everything, as a frame does, its inverse is near `I - u^2 + u G^-1 u`, and a few steps of conjugate
gradients solve it.

Q alone is the solution of Zhao et al., "Fast single image super-resolution using a new analytical solution
for l2-l2 problems", IEEE Trans. Image Process. 2016, for pictures that go round. Almeida and Figueiredo,
"Deconvolving images with unknown boundaries using the alternating direction method of multipliers", ibid.
2013, split M off in place of S, which takes more iterations.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..circulant import Circulant, mixed, symbol_of
from ..operators.linear import LinearOperator
from ..phases import joined, phases
from .conjugate_gradients import conjugate_gradients

_REDUCTION, _MOST = 0.3, 50
"""Of the residual of S, and most steps: measured, better solutions do not have the image settle sooner."""
_NOTHING = 1e-9
"""What a complete phase lacks at most, relative to the largest number of M."""
_ROWS = 16
"""Of frequencies that are prepared together, so that matrices in double precision take little memory."""


class SampledConvolution:
    """Solves the system, each plane by itself."""

    def __init__(self, transfer: Tensor, weights: Tensor, rest: Circulant, like: Tensor) -> None:
        """Prepare the matrices of every frequency.

        Args:
            transfer: the `kernel_transform` of C.
            weights: the diagonal of M, not negative, `(height, width)`.
            rest: R, positive definite, for real images, in float64.
            like: a real tensor of the precision and on the device of the images.
        """
        self._stride, kind = rest.stride, like.dtype.to_complex()
        numbers = phases(weights[None].double(), self._stride)[0]
        most = numbers.amax((1, 2))
        lacking = most[:, None, None] - numbers
        largest = lacking.amax((1, 2))
        incomplete = largest > _NOTHING * most.max()
        self._share = (lacking[incomplete] / largest[incomplete, None, None]).sqrt().to(like)
        """`u`, `(incomplete phases, rows, columns)`."""
        self._rest = (1 - lacking[incomplete] / largest[incomplete, None, None]).to(like)
        """`1 - u^2`."""

        half = transfer[:, : weights.shape[1] // 2 + 1]
        shape = (weights.shape[0], weights.shape[1])
        blur = _matrices(symbol_of(half, shape, 1, self._stride))
        eye = torch.eye(int(incomplete.sum()), dtype=blur.dtype, device=blur.device)
        found: list[list[Tensor]] = [[], [], [], []]
        for c, r in zip(blur.split(_ROWS), _matrices(rest.symbol).split(_ROWS), strict=True):
            inverse = torch.linalg.inv(c.mH @ (most[:, None] * c) + r)
            lost = largest[incomplete, None].sqrt() * c[..., incomplete, :]
            system = eye - lost @ inverse @ lost.mH
            for known, new in zip(found, (inverse, lost, system, torch.linalg.inv(system)), strict=True):
                known.append(new.to(kind))
        self._inverse, self._lost, self._system, self._preconditioner = (
            torch.cat(parts).permute(2, 3, 0, 1).contiguous() for parts in found
        )
        """Symbols of Q, of `d^1/2 C` from all to the incomplete phases, of G and of its inverse."""

    @classmethod
    def of(cls, operator: LinearOperator, rest: Circulant, like: Tensor) -> SampledConvolution | None:
        """Return what solves `(H'H + R) x = b`; None where `H'H` is not known as `C' M C`.

        Args:
            operator: H.
            rest: R.
            like: a real tensor of the precision and on the device of the images.
        """
        known = operator.sampled_convolution(like)
        return None if known is None else cls(*known, rest, like)

    @property
    def complete(self) -> Circulant:
        """Q, for planes: the inverse where nothing lacks."""
        symbol = self._inverse if self._stride > 1 else self._inverse[0, 0].real
        return Circulant(symbol, 1, self._stride)

    def __call__(self, right: Tensor) -> Tensor:
        """Solve approximately for a right side of `(planes, height, width)`."""
        split = phases(right, self._stride)
        shape, spectrum = split.shape[-2:], torch.fft.rfft2(split)
        if len(self._share):
            seen = mixed(mixed(spectrum, self._inverse), self._lost)
            lacking = self._share * self._solved(self._share * torch.fft.irfft2(seen, s=shape))
            spectrum = spectrum + mixed(torch.fft.rfft2(lacking), self._lost.transpose(0, 1).conj())
        solved = torch.fft.irfft2(mixed(spectrum, self._inverse), s=shape)
        return joined(solved, self._stride)

    def _solved(self, right: Tensor) -> Tensor:
        """Solve the system S, `(planes, incomplete phases, rows, columns)`."""
        flat = right.flatten(0, 1)
        return conjugate_gradients(
            lambda s: self._shared(s, self._system),
            flat,
            torch.zeros_like(flat),
            lambda s: self._shared(s, self._preconditioner),
            _REDUCTION,
            max_iterations=_MOST,
            parts=len(self._share),
        ).view_as(right)

    def _shared(self, flat: Tensor, symbol: Tensor) -> Tensor:
        """Return `(I - u^2 + u G u) s` for the symbol of a G, and for s with planes and phases in one."""
        s, u = flat.unflatten(0, (-1, len(self._share))), self._share
        convolved = torch.fft.irfft2(mixed(torch.fft.rfft2(u * s), symbol), s=s.shape[-2:])
        return torch.addcmul(self._rest * s, u, convolved).flatten(0, 1)


def _matrices(symbol: Tensor) -> Tensor:
    """Return a symbol as matrices of frequencies, `(rows, columns, phases, phases)` complex."""
    matrices = symbol.permute(2, 3, 0, 1) if symbol.ndim == 4 else symbol[..., None, None]
    return matrices.to(matrices.dtype.to_complex())
