"""Which readouts of an ISMRMRD file belong to which image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .geometry import Placement, stack_of

SERIES = ("contrast", "phase", "set", "repetition")
"""Counters that make images of their own; averages and segments are parts of one."""


@dataclass(frozen=True)
class Frames:
    """The images of a file.

    Attributes:
        slices: the counter of each slice, in the order of the stack.
        series: the counters of each image of a slice, in the order of SERIES, `(series, 4)`.
        placement: where the slices lie, or None where headers do not say.
    """

    slices: NDArray[Any]
    series: NDArray[Any]
    placement: Placement | None

    @classmethod
    def of(cls, heads: NDArray[Any]) -> Frames:
        """Return the images that readouts belong to, by their headers."""
        counters = heads["idx"]
        slices, first = np.unique(counters["slice"], return_index=True)
        directions = np.stack([heads[name][first] for name in ("read_dir", "phase_dir", "slice_dir")], 1)
        placement = stack_of(heads["position"][first], directions)
        series = np.unique(_keys(counters), axis=0)
        return cls(slices if placement is None else slices[placement.order], series, placement)

    @property
    def shape(self) -> tuple[int, int]:
        """How many slices, and images of each."""
        return len(self.slices), len(self.series)

    @property
    def varying(self) -> list[str]:
        """The counters in which images of a slice differ."""
        return [name for name, values in zip(SERIES, self.series.T, strict=True) if len(set(values)) > 1]

    @property
    def names(self) -> tuple[str, ...]:
        """A name of each image of a slice, by the counters in which they differ; nothing for a single one."""
        named = [dict(zip(SERIES, counters, strict=True)) for counters in self.series]
        every = [", ".join(f"{name} {image[name]}" for name in self.varying) for image in named]
        return tuple(every) if len(every) > 1 else ()

    def slices_of(self, heads: NDArray[Any]) -> NDArray[np.int_]:
        """Return the place of each readout's slice, -1 where there is no image of it."""
        return _places(heads["idx"]["slice"][:, None], self.slices[:, None])

    def series_of(self, heads: NDArray[Any]) -> NDArray[np.int_]:
        """Return the place of each readout among the images of its slice, -1 where there is none."""
        return _places(_keys(heads["idx"]), self.series)


def _keys(counters: NDArray[Any]) -> NDArray[Any]:
    return np.stack([counters[name] for name in SERIES], 1)


def _places(values: NDArray[Any], among: NDArray[Any]) -> NDArray[np.int_]:
    known = {tuple(key): place for place, key in enumerate(among.tolist())}
    return np.array([known.get(tuple(key), -1) for key in values.tolist()], int)
