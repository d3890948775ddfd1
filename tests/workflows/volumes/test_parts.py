from __future__ import annotations

import itertools

import numpy as np
import pytest

from recon_cli.workflows.volumes.parts import cut


@pytest.mark.parametrize(("chunk", "side"), [(64, 512), (512, 512), (700, 700), (300, 600)])
def test_small_chunks_are_joined_and_every_value_is_in_one_part(chunk: int, side: int) -> None:
    shape = (2, 1500, 1300)
    found = cut(shape, (1, chunk, chunk), "ZYX", 54)
    seen = np.zeros(shape, int)
    for part in found:
        seen[tuple(slice(*each) for each in part.own)] += 1
        assert all(low % chunk == 0 for low, _ in part.own[1:])
        own = np.zeros([high - low for low, high in part.reach])[part.inner]
        assert own.shape == tuple(high - low for low, high in part.own)
    assert (seen == 1).all()
    assert [part.number for part in found] == list(range(len(found)))
    assert found[0].own[1:] == ((0, side), (0, side))
    assert found[0].reach[1:] == ((0, side + 54), (0, side + 54))


def test_little_that_is_left_goes_with_the_part_before() -> None:
    ends = [part.own[0] for part in cut((1060, 512), (512, 512), "YX", 54)]
    assert ends == [(0, 512), (512, 1060)]
    assert all(a[1] == b[0] for a, b in itertools.pairwise(ends))
