"""The models of this package as a denoiser and a reconstructor of deepinv.

    denoiser = Denoiser()                      # goes into deepinv.optim.prior.PnP(denoiser=denoiser), too
    clean = denoiser(noisy, sigma=0.1)
    image = Reconstructor(sigma=0.02)(y, physics)

deepinv keeps noise levels in units of images in [0, 1]; so do these. Nothing is differentiated through them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ..engine.measurement import Measurement
from ..engine.operators.linear import LinearOperator
from ..errors import ReconError
from ..library.denoise import denoise
from ..priors.dictionary import DictionaryPrior
from ..reconstruction import reconstruct
from ..solver import Solver

try:
    from deepinv.models import Denoiser as _Denoiser
    from deepinv.models import Reconstructor as _Reconstructor
except ImportError as error:
    raise ReconError(f"deepinv cannot be imported ({error}); pip install deepinv") from error

if TYPE_CHECKING:
    from ..modes import Mode
    from ..priors.prior import Prior
    from ..reconstruction import Reconstruction

_COLOURS = 3
_WHITE = 255.0


class Denoiser(_Denoiser):  # type: ignore[misc]
    """The learned model as a denoiser: three channels are colours, others are planes of their own."""

    def __init__(self, model: str | None = None, mode: Mode = "settled") -> None:
        """Choose the model.

        Args:
            model: bundled name or file; None takes what does best at each noise level.
            mode: see `Solver`.
        """
        super().__init__()
        self.model = model
        self.mode = mode

    @torch.no_grad()
    def forward(self, x: Tensor, sigma: float | Tensor, **_: Any) -> Tensor:
        """Return denoised images.

        Args:
            x: `(images, channels, height, width)`, or with more axes before the height, in [0, 1] up to
                noise.
            sigma: noise level of all images, or one for each; images at level 0 are returned as they are.

        Raises:
            ReconError: when there is no model for a level, or an image is not finite.
        """
        levels = torch.as_tensor(sigma, dtype=torch.float64).flatten().expand(len(x))
        return torch.stack([self._one(image, level) for image, level in zip(x, levels.tolist(), strict=True)])

    def _one(self, image: Tensor, sigma: float) -> Tensor:
        if not sigma:
            return image
        axis = 0 if image.ndim == 1 + 2 and len(image) == _COLOURS else None
        given: dict[str, Any] = {"model": self.model, "mode": self.mode, "value_range": (0.0, 1.0)}
        return denoise(image.detach(), _WHITE * sigma, channel_axis=axis, **given)


class Reconstructor(_Reconstructor):  # type: ignore[misc]
    """The certified minimum of data term and prior for any linear physics of grey images in [0, 1].

    Attributes:
        report: how the last images came about, with their certified gap.
    """

    report: Reconstruction | None = None

    def __init__(
        self, sigma: float | None = None, prior: Prior | None = None, solver: Solver | None = None
    ) -> None:
        """Choose the prior.

        Args:
            sigma: noise level of the data; None takes that of the physics, where its noise is Gaussian.
            prior: of `recon_cli.priors`; None takes the dictionary that does best at the noise level.
            solver: mode, tolerance and limits; None takes the settled minimum.
        """
        super().__init__()
        self.sigma = sigma
        self.prior = prior or DictionaryPrior()
        self.solver = solver or Solver()

    @torch.no_grad()
    def forward(self, y: Tensor, physics: Any, **_: Any) -> Tensor:
        """Return images, `(images, 1, height, width)`.

        Args:
            y: measurements.
            physics: a `LinearPhysics` with the adjoint of its `A`.

        Raises:
            ReconError: when the images are not grey, no noise level is known, or no strengths for it.
        """
        operator = PhysicsOperator(physics, y)
        found = (
            getattr(getattr(physics, "noise_model", None), "sigma", None)
            if self.sigma is None
            else self.sigma
        )
        if found is None:
            raise ReconError("the physics has no noise level; give the reconstructor one, as sigma=0.02", 2)
        level = _WHITE * float(torch.as_tensor(found).flatten()[0])
        measurement = Measurement(operator, y.detach(), sigma=level)
        self.report = reconstruct(measurement, self.prior, self.solver)
        return torch.as_tensor(self.report.image)[:, None].to(y)


class PhysicsOperator(LinearOperator):
    """A linear physics of deepinv as an operator of this package."""

    def __init__(self, physics: Any, data: Tensor) -> None:
        """Look at the images that the physics measures.

        Args:
            physics: with `A` and `A_adjoint`.
            data: measurements of it, by which the size of the images is known.

        Raises:
            ReconError: when the images have other than one channel.
        """
        self.physics = physics
        shape = physics.A_adjoint(data).shape
        if len(shape) != 1 + 1 + 2 or shape[1] != 1:
            raise ReconError(f"images of the shape {tuple(shape[1:])} are not grey, (1, height, width)", 2)
        self.image_shape = (int(shape[-2]), int(shape[-1]))

    def forward(self, x: Tensor) -> Tensor:
        """See `LinearOperator`."""
        measured: Tensor = self._of(x).A(x[:, None])
        return measured

    def adjoint(self, y: Tensor) -> Tensor:
        """See `LinearOperator`."""
        images: Tensor = self._of(y).A_adjoint(y)
        return images[:, 0]

    def _of(self, like: Tensor) -> Any:
        """Return the physics in the precision of a tensor; the certificate takes double precision."""
        return self._double if like.dtype in (torch.float64, torch.complex128) else self.physics

    @cached_property
    def _double(self) -> Any:
        return self.physics.clone().double()
