"""Methods of reconstruction under one interface: the model, and what users would take instead."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.result import Solution
from ...engine.ridge.minimise import CHANGE
from ...engine.total_variation import total_variation
from ...errors import ReconError
from ..methods.one_parameter import OneParameter
from ..methods.total_variation import TOLERANCE
from ..ridge import reconstruct_by_ridge, strength_in_mri
from .measurement import Frame, measure
from .reconstruct import MriOptions, Reconstructed, mri_parameters, reconstruct

if TYPE_CHECKING:
    from ...engine.result import Callback
    from ...models.dictionary import Dictionary
    from ...models.ridge import Ridge, Strength
    from ..methods.method import Parameters

Name = Literal["model", "crr", "tv", "zero-filling"]
Samples = NDArray[np.complex64]
Mask = NDArray[np.bool_]
TV_WEIGHT = 0.0055
"""Between the best ones of the paper's brain image with radial and Cartesian masks, 0.0061 and 0.0050."""


class MriMethod(Protocol):
    """Reconstructs frames; what has a body is what most methods say."""

    @property
    def name(self) -> str:
        """As the user gives it."""

    @property
    def model(self) -> str | None:
        """Name of the dictionary or ridge regulariser, where there is one."""
        return None

    def row(self, options: MriOptions) -> tuple[str, str]:
        """Return what it is, as a row of the report."""

    def fields(self, options: MriOptions) -> dict[str, Any]:
        """Return what it is, as fields of JSON."""
        return {}

    def ending(self, options: MriOptions, parameters: Parameters) -> str:
        """Return how a converged run has ended where no gap says so, else nothing."""
        return ""

    @property
    def remark(self) -> str:
        """What there is to say of its certified gap, or nothing."""
        return ""

    def parameters(self, options: MriOptions) -> Parameters:
        """Return what it is called with.

        Raises:
            ReconError: when something is missing.
        """

    def tolerance(self, options: MriOptions) -> float | None:
        """Return the tolerance of its stop rule; None where there is none."""

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """Reconstruct a frame; the arguments are those of `reconstruct`."""


@dataclass(frozen=True)
class PatchModel(MriMethod):
    """The learned patch model.

    Attributes:
        dictionary: the model.
    """

    dictionary: Dictionary
    name = "model"

    @property
    def model(self) -> str | None:
        """See `MriMethod`."""
        return self.dictionary.name

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "mode", f"{options.mode} ({options.solver_name})"

    def fields(self, options: MriOptions) -> dict[str, Any]:
        """See `MriMethod`."""
        return {"mode": options.mode, "solver": options.solver_name, "model": self.model}

    def ending(self, options: MriOptions, parameters: Parameters) -> str:
        """See `MriMethod`."""
        if options.mode != "early-stop":
            return ""
        return f", relative change below {parameters.as_json()['tol']:.3g}"

    def parameters(self, options: MriOptions) -> Parameters:
        """See `MriMethod`."""
        return mri_parameters(self.dictionary, options)

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return mri_parameters(self.dictionary, options).tol

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Reconstructed:
        """See `MriMethod`."""
        return reconstruct(samples, mask, self.dictionary, options, maps=maps, scale=scale, callback=callback)


@dataclass(frozen=True)
class ConvexRidge(MriMethod):
    """The minimum of `1/2 |Hx - y|^2 + lam / mu R(mu x)`, R learned, with the image model's constraint.

    It stops where the image hardly changes: its certificate knows no curvature, and the gap becomes small
    long after J has settled.

    Attributes:
        ridge: R.
    """

    ridge: Ridge
    name = "crr"
    remark = "; a loose bound, of first order"

    @property
    def model(self) -> str | None:
        """See `MriMethod`."""
        return self.ridge.name

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "method", "crr (convex ridge regulariser with the image's bounds, accelerated gradients)"

    def fields(self, options: MriOptions) -> dict[str, Any]:
        """See `MriMethod`."""
        return {"model": self.model}

    def ending(self, options: MriOptions, parameters: Parameters) -> str:
        """See `MriMethod`."""
        return f", relative change of the image below {self.tolerance(options):.3g}"

    def parameters(self, options: MriOptions) -> Strength:
        """See `MriMethod`."""
        return strength_in_mri(self.ridge)

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return options.tolerance or CHANGE

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """See `MriMethod`."""
        return reconstruct_by_ridge(
            samples, mask, self.ridge, options, maps=maps, scale=scale, callback=callback
        )


@dataclass(frozen=True)
class TotalVariation(MriMethod):
    """The minimum of `1/2 |Hx - y|^2 + weight TV(x)` with the constraint of the image model, certified.

    Attributes:
        weight: in units where bright pixels are near 1; None takes what is usual.
    """

    weight: float | None = None
    name = "tv"

    def __post_init__(self) -> None:
        """Raise a ReconError for a weight out of range."""
        if self.weight is not None and not 0 < self.weight < math.inf:
            raise ReconError(f"--weight has to be a positive number, and is {self.weight:g}", 2)

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "method", "tv (total variation with the image's bounds, primal-dual)"

    def parameters(self, options: MriOptions) -> OneParameter:
        """See `MriMethod`."""
        return OneParameter("weight", self.weight or TV_WEIGHT)

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return options.tolerance or TOLERANCE

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """See `MriMethod`."""
        parameters, measured = self.parameters(options), measure(samples, mask, options, maps, scale)
        started = time.perf_counter()
        with torch.inference_mode():
            result = total_variation(
                measured.operator,
                measured.data,
                parameters.value,
                tolerance=options.tolerance or TOLERANCE,
                max_iterations=options.max_iterations,
                callback=callback,
            )
            start = measured.image(measured.operator.start(measured.data))
        seconds = time.perf_counter() - started
        return Frame(measured.image(result.image), start, result, parameters, seconds, measured.device)


@dataclass(frozen=True)
class _Nothing:
    """No parameters."""

    def as_json(self) -> dict[str, float]:
        """Return no values."""
        return {}


@dataclass(frozen=True)
class ZeroFilling(MriMethod):
    """The adjoint of the measurement: zeros where nothing was sampled."""

    name = "zero-filling"

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "method", "zero-filling (the adjoint of the measurement)"

    def parameters(self, options: MriOptions) -> Parameters:
        """See `MriMethod`."""
        return _Nothing()

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return None

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """See `MriMethod`; the callback is never called."""
        measured = measure(samples, mask, options, maps, scale)
        started = time.perf_counter()
        planes = measured.operator.start(measured.data)
        image, seconds = measured.image(planes), time.perf_counter() - started
        result = Solution(planes, 0, None, None, True, ())
        return Frame(image, image, result, _Nothing(), seconds, measured.device)
