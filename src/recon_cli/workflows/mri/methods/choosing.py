"""The methods of reconstruction by the names that users give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....errors import ReconError
from ....models.registry import find_dictionary, find_ridge
from .model import PatchModel
from .ridge import ConvexRidge
from .total_variation import TotalVariation
from .zero_filling import ZeroFilling

if TYPE_CHECKING:
    from .method import MriMethod


def choose_mri_method(name: str, model: str | None = None, weight: float | None = None) -> MriMethod:
    """Return a method; whether its parameters are known is left to `MriMethod.parameters`.

    Args:
        name: `model`, `crr`, `tv` or `zero-filling`.
        model: bundled name or file, of a dictionary or for `crr` of a ridge regulariser.
        weight: of `tv`.

    Raises:
        ReconError: when there is no such method or dictionary, or the weight is out of range.
    """
    method: MriMethod
    if name == "model":
        method = PatchModel(find_dictionary(model, 25))
    elif name == "crr":
        method = ConvexRidge(find_ridge(model, 25))
    elif name == "tv":
        method = TotalVariation(weight)
    elif name == "zero-filling":
        method = ZeroFilling()
    else:
        raise ReconError(f"there is no method {name} for MRI; there are model, crr, tv, zero-filling", 2)
    return method
