"""Hypothesis strategies: files that are valid in form and hold anything, and files with damage."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.torch import save as save_tensors

from .mutations import checkpoint, mutate, safetensors
from .seeds import TRAINING_CONFIGURATION, npy, npz, seeds

_SHAPES = arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=12)
_DTYPES = st.one_of(
    arrays.integer_dtypes(), arrays.unsigned_integer_dtypes(), arrays.floating_dtypes(),
    arrays.complex_number_dtypes(), arrays.boolean_dtypes(), arrays.unicode_string_dtypes(),
    arrays.datetime64_dtypes(), arrays.array_dtypes(arrays.floating_dtypes()),
)  # fmt: skip
_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("mean-free"),
    st.lists(st.floats(), max_size=3), st.dictionaries(st.text(max_size=5), st.floats(), max_size=3),
)  # fmt: skip


@st.composite
def array_files(draw: st.DrawFn) -> bytes:
    """Return an npy or npz file of an array of any type, shape and values: images, k-space, masks, maps."""
    array = draw(arrays.arrays(draw(_DTYPES), draw(_SHAPES)))
    name = draw(st.sampled_from(("image", "kspace", "mask", "maps", "a")))
    return draw(st.sampled_from((npy(array), npz(**{name: array}))))


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Return a TOML file with some values of a configuration or of parameters changed."""
    base = draw(st.sampled_from((TRAINING_CONFIGURATION, seeds()["parameters"][0]))).decode().splitlines()
    for _ in range(draw(st.integers(1, 3))):
        line = draw(st.integers(0, len(base) - 1))
        value = draw(_VALUES.filter(lambda value: value is not None and not isinstance(value, dict)))
        base[line] = f"{base[line].split(' =')[0]} = {_toml(value)}"
    return "\n".join(base).encode("utf-8", "surrogatepass")


@st.composite
def weights(draw: st.DrawFn) -> bytes:
    """Return a dictionary with another tensor, or with another value in its header."""
    fields: dict[str, Any] = {
        "format": "recon-dictionary-1", "variant": "mean-free", "sigma": 5, "tuned": {}, "training": {},
    }  # fmt: skip
    fields[draw(st.sampled_from(sorted(fields)))] = draw(_VALUES)
    shape = draw(arrays.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=6))
    values = draw(arrays.arrays(np.float32, shape, elements=st.floats(width=32)))
    tensors = {draw(st.sampled_from(("atoms", "weights"))): torch.from_numpy(values)}
    return bytes(save_tensors(tensors, {"recon": json.dumps(fields)}))


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """Return a damaged file for a reader, see `mutations`."""
    files, chance = seeds()[name], random.Random(draw(st.integers(0, 2**32)))
    if name == "checkpoint" and draw(st.booleans()):
        return checkpoint(files[0], files, chance)
    if name in ("checkpoint", "dictionary", "ridge"):
        return safetensors(draw(st.sampled_from(files)), files, chance)
    return mutate(draw(st.sampled_from(files)), files, chance)


def _toml(value: object) -> str:
    return str(value) if isinstance(value, float) else json.dumps(value)
