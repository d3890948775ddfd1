"""What Python and C share: the arguments of the kernels."""

from __future__ import annotations

import ctypes


class Patches(ctypes.Structure):
    """`Patches` of kernels.c."""

    _fields_ = (
        ("image", ctypes.c_void_p),
        ("means", ctypes.c_void_p),
        ("planes", ctypes.c_long),
        *(
            (name, ctypes.c_int)
            for name in ("height", "width", "size", "stride", "rows", "cols", "first", "last")
        ),
    )


class Joint(ctypes.Structure):
    """`Joint` of kernels.c."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in (
                *("project", "dictionary", "weight", "threshold"),
                *("weights", "support", "keep", "state", "synthesis", "folded"),
            )
        ),
        *((name, ctypes.c_long) for name in ("weights_stride", "support_stride", "stride")),
        ("atoms", ctypes.c_int),
        ("relaxation", ctypes.c_float),
    )


class Bound(ctypes.Structure):
    """`Bound` of kernels.c."""

    _fields_ = tuple((name, ctypes.c_void_p) for name in ("folded", "penalty"))


class Codes(ctypes.Structure):
    """`Codes` of kernels.c."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in ("dictionary", "threshold", "lam", "weights", "state", "misfit", "sparsity")
        ),
        *((name, ctypes.c_long) for name in ("weights_stride", "stride")),
        ("atoms", ctypes.c_int),
    )


class Sweep(ctypes.Structure):
    """`Sweep` of kernels.c."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in (
                *("project", "square", "dictionary", "threshold"),
                *("state", "folded", "size", "moved"),
            )
        ),
        ("stride", ctypes.c_long),
        *((name, ctypes.c_int) for name in ("atoms", "limit")),
        *((name, ctypes.c_float) for name in ("relaxation", "tolerance")),
    )


class Masked(ctypes.Structure):
    """`Masked` of kernels.c."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("gram", "support", "right", "solution")),
        *((name, ctypes.c_long) for name in ("stride", "columns")),
        *((name, ctypes.c_int) for name in ("atoms", "limit")),
        *((name, ctypes.c_float) for name in ("eps", "tolerance")),
    )


class Exact(ctypes.Structure):
    """`Exact` of kernels.c."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in ("dictionary", "gram", "lam", "weights", "patches", "codes", "residual")
        ),
        *((name, ctypes.c_long) for name in ("weights_stride", "columns")),
        *((name, ctypes.c_int) for name in ("pixels", "atoms", "limit")),
        ("tolerance", ctypes.c_double),
    )


class Supports(ctypes.Structure):
    """`Supports` of kernels.c."""

    _fields_ = tuple((name, ctypes.c_void_p) for name in ("dictionary", "places", "factors", "patches"))


STRUCTURES = (Patches, Joint, Bound, Codes, Sweep, Masked, Exact, Supports)
"""In the order of `structure_sizes` in kernels.c."""
