"""The readouts of an ISMRMRD file: their headers, and their samples block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..limits import check_size
from .hdf5 import check_stored, is_sound, member

_READ_AT_ONCE = 256


@dataclass(frozen=True)
class Readouts:
    """The readouts of a file.

    Attributes:
        path: of the file, for errors.
        data: the dataset, one record each; some programs store it with a second axis of length one.
        heads: the header of each.
    """

    path: Path
    data: Any
    heads: NDArray[Any]

    @classmethod
    def of(cls, path: Path, group: Any) -> Readouts:
        """Read the headers.

        Raises:
            ReconError: when there are none, or they are damaged or too large.
        """
        data = member(path, group, "data")
        if data is None or not {"head", "data"} <= set(data.dtype.names or ()) or not is_sound(data.dtype):
            raise ReconError(f"{path} has no readouts in its group dataset")
        check_size(path, data.shape, data.dtype.itemsize)
        check_stored(path, data)
        return cls(path, data, data.fields("head")[...].reshape(-1))

    def samples(self, places: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.complex64]]]:
        """Yield the samples of some readouts, `(coils, samples)`, each with its place among those.

        Raises:
            ReconError: when one is damaged.
        """
        for index, values in self._blocks("data", places):
            head = self.heads[places[index]]
            shape = (int(head["active_channels"]), int(head["number_of_samples"]))
            yield index, self._shaped(places[index], values.view(np.complex64), shape)

    def coordinates(self, places: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the trajectory of some readouts, `(samples, axes)`, likewise."""
        for index, values in self._blocks("traj", places):
            head = self.heads[places[index]]
            shape = (int(head["number_of_samples"]), int(head["trajectory_dimensions"]))
            yield index, self._shaped(places[index], values.view(np.float32), shape)

    def _shaped(self, place: int, values: NDArray[Any], shape: tuple[int, int]) -> NDArray[Any]:
        if values.size != shape[0] * shape[1]:
            raise ReconError(f"{self.path} is damaged: readout {place} has {values.size} values, not {shape}")
        return values.reshape(shape)

    def _blocks(self, name: str, places: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
        fields = self.data.fields(name)
        # the axis along which the readouts lie
        along = int(np.argmax(self.data.shape))
        for begin in range(0, len(places), _READ_AT_ONCE):
            wanted = places[begin : begin + _READ_AT_ONCE]
            index = [0] * len(self.data.shape)
            where = (*index[:along], slice(int(wanted[0]), int(wanted[-1]) + 1), *index[along + 1 :])
            block = fields[where]
            for place, readout in enumerate(wanted, begin):
                yield place, np.ascontiguousarray(block[readout - wanted[0]])
