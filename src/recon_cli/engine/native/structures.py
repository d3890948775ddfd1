"""What Python and C share: the arguments of the kernels."""

from __future__ import annotations

import ctypes
from typing import Any


def _fields(**names: str) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a structure in their order, the names of each type of C with blanks between."""
    return tuple((name, getattr(ctypes, f"c_{kind}")) for kind in names for name in names[kind].split())


class Patches(ctypes.Structure):
    """`Patches` of kernels.c."""

    _fields_ = _fields(
        void_p="image means", long="planes", int="height width size stride rows cols first last"
    )


class Joint(ctypes.Structure):
    """`Joint` of kernels.c."""

    _fields_ = _fields(
        void_p="project dictionary weight threshold weights support keep state synthesis folded",
        long="weights_stride support_stride stride",
        int="atoms",
        float="relaxation",
    )


class Bound(ctypes.Structure):
    """`Bound` of kernels.c."""

    _fields_ = _fields(void_p="folded penalty")


class Codes(ctypes.Structure):
    """`Codes` of kernels.c."""

    _fields_ = _fields(
        void_p="dictionary threshold lam weights state misfit sparsity",
        long="weights_stride stride",
        int="atoms",
    )


class Sweep(ctypes.Structure):
    """`Sweep` of kernels.c."""

    _fields_ = _fields(
        void_p="project square dictionary threshold state folded size moved",
        long="stride",
        int="atoms limit",
        float="relaxation tolerance",
    )


class Masked(ctypes.Structure):
    """`Masked` of kernels.c."""

    _fields_ = _fields(
        void_p="gram support right solution", long="stride columns", int="atoms limit", float="eps tolerance"
    )


class Exact(ctypes.Structure):
    """`Exact` of kernels.c."""

    _fields_ = _fields(
        void_p="dictionary gram lam weights patches codes residual",
        long="weights_stride columns",
        int="pixels atoms limit",
        double="tolerance",
    )


class Supports(ctypes.Structure):
    """`Supports` of kernels.c."""

    _fields_ = _fields(void_p="dictionary places factors patches")


STRUCTURES = (Patches, Joint, Bound, Codes, Sweep, Masked, Exact, Supports)
"""In the order of `structure_sizes` in kernels.c."""
