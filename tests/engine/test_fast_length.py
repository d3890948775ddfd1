from __future__ import annotations

from scipy.fft import next_fast_len

from recon_cli.engine.fast_length import fast_length


def test_it_is_the_next_length_with_small_factors_alone() -> None:
    for least in range(1, 700):
        length = fast_length(least)
        assert length >= least
        assert length >= next_fast_len(least)  # which takes a factor of 11, too
        for factor in (2, 3, 5, 7):
            while length % factor == 0:
                length //= factor
        assert length == 1
    assert [fast_length(n) for n in (7, 11, 133, 256, 257)] == [7, 12, 135, 256, 270]
