"""What programs hand over: arrays and tensors, checked, and their results of the same kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import ReconError
from ..files.images.span import Least, Span, any_width, extremes, find_span
from ..files.images.values import stored_as
from ..workflows.denoising.tiles import OVERLAP

_LARGEST = 5
"""Of [0, 1] and the strongest noise; more are counts or percents."""
_CHUNKED = (
    "; give NumPy arrays, a chunk at a time, as skimage.util.apply_parallel or dask.array.map_overlap do "
    f"with depth={OVERLAP} and no boundary"
)


def as_array(given: object, what: str) -> NDArray[Any]:
    """Return an array or tensor as an array.

    Args:
        given: a NumPy array or a torch tensor.
        what: it is, for the message.

    Raises:
        ReconError: when it is anything else.
    """
    if isinstance(given, torch.Tensor):
        try:
            array: NDArray[Any] = given.detach().cpu().resolve_conj().numpy()
        except TypeError as error:
            raise ReconError(f"the {what} holds {given.dtype} values; give torch.float32", 2) from error
        return array
    if isinstance(given, np.ndarray):
        return given
    kind = type(given)
    chunked = _CHUNKED if kind.__module__.partition(".")[0] in ("dask", "xarray") else ""
    name = f"{kind.__module__}.{kind.__qualname__}" if chunked else kind.__qualname__
    raise ReconError(f"the {what} has to be a NumPy array or a torch tensor, not a {name}{chunked}", 2)


def like(result: NDArray[Any], given: object) -> Any:
    """Return an array as what was given: a tensor on the same device, or an array."""
    return torch.from_numpy(result).to(given.device) if isinstance(given, torch.Tensor) else result


@dataclass(frozen=True)
class Intensities:
    """How the values of an image become intensities in [0, 1], and back.

    Attributes:
        span: which values become 0 and 1, and between which ones results stay.
        dtype: of the image.
    """

    span: Span
    dtype: np.dtype[Any]

    @classmethod
    def of(
        cls,
        image: NDArray[Any],
        value_range: tuple[float, float] | Literal["auto"] | None,
        least: Least = any_width,
        by_type: bool = False,
    ) -> Intensities:
        """Check an image and its range.

        Args:
            image: real floats or integers, `(..., height, width)`.
            value_range: the values that become 0 and 1, to which results are cut; floats may go without, and
                are in [0, 1] up to noise, or less of it. `auto` finds them, see `find_span`.
            least: see `find_span`.
            by_type: likewise.

        Raises:
            ReconError: when the type cannot be read, integers have no range, or values are not finite or too
                large.
        """
        if image.dtype.kind not in "uif":
            raise ReconError(f"the image holds {image.dtype} values; give floats or integers", 2)
        if value_range is None and image.dtype.kind != "f":
            raise ReconError(
                f"the image holds {image.dtype} values; say with value_range which are black and white, "
                "as (0, 255)",
                2,
            )
        if not np.isfinite(image).all():
            raise ReconError("the image has NaN or infinite pixels")
        if isinstance(value_range, str) and value_range == "auto":
            return cls(find_span(image, least, by_type), image.dtype)
        named = Span(0.0, 1.0) if value_range is None else Span(*_numbers(value_range), source="user")
        made = cls(named, image.dtype)
        if image.size and np.abs(made.scaled(image)).max() > _LARGEST:
            low, high = extremes(image)
            raise ReconError(
                f"the image has values from {low:.4g} to {high:.4g}; scale it to [0, 1], or give value_range"
            )
        return made if named.given else cls(find_span(image, least, by_type), image.dtype)

    def scaled(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Return values as intensities, float32."""
        scaled: NDArray[np.float32] = ((values.astype(np.float64) - self.span.low) / self.span.width).astype(
            np.float32
        )
        return scaled

    def back(self, intensities: NDArray[np.float32]) -> NDArray[Any]:
        """Return intensities as values of the image's type, within the limits; integers are rounded."""
        values = np.clip(self.span.low + intensities.astype(np.float64) * self.span.width, *self.span.limits)
        return np.ascontiguousarray(stored_as(values, self.dtype))


def _numbers(value_range: tuple[float, float]) -> tuple[float, float]:
    """Return a range that the user gave, checked."""
    try:
        low, high = (float(value) for value in value_range)
    except (TypeError, ValueError):
        low = high = 0.0
    if not -np.inf < low < high < np.inf:
        raise ReconError(f"value_range is two numbers, the smaller one first, and is {value_range!r}", 2)
    return low, high
