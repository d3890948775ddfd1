from __future__ import annotations

import numpy as np
import pytest

from recon_cli.quality.scores import Reference
from recon_cli.workflows.mri.stages import middle_frame
from recon_cli.workflows.mri.study import Study

RNG = np.random.default_rng(0)
START = RNG.random((20, 30)).astype(np.float32)
TRUTH = 2 * RNG.random((20, 30)).astype(np.float32)
MASK = RNG.random((20, 30)) < 0.4


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("whole", [True, False, None])
def test_of_a_study_the_middle_frame_is_drawn(centred: bool, whole: bool | None) -> None:
    """With the low frequencies of the mask in the middle, and as far as the reference reaches."""
    frames = np.stack([k + START for k in range(3)])
    masks = np.stack([np.roll(MASK, k, 0) for k in range(3)])
    fft = "centered" if centred else "uncentered"
    study = Study(frames[:, None].astype(np.complex64), masks, None, 1.0, "real", fft)  # type: ignore[arg-type]
    part = slice(None) if whole else slice(5, 15)
    truth = np.stack([TRUTH + k for k in range(3)])[:, part]
    reference = None if whole is None else Reference(truth, float(truth.max()))
    drawn = middle_frame(study, 2 * frames, frames, reference)
    np.testing.assert_array_equal(drawn.mask, masks[1] if centred else np.fft.fftshift(masks[1]))
    cut = slice(None) if whole is None else part
    np.testing.assert_array_equal(drawn.zero_filled, frames[1, cut])
    np.testing.assert_array_equal(drawn.result, 2 * frames[1, cut])
    if reference is None:
        assert drawn.reference is None
    else:
        np.testing.assert_array_equal(drawn.reference, truth[1])
