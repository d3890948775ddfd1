from __future__ import annotations

import numpy as np
import pytest

from recon_cli.quality.scores import Reference
from recon_cli.workflows.mri.stages import shown_frames
from recon_cli.workflows.mri.study import Study

RNG = np.random.default_rng(0)
START = RNG.random((20, 30)).astype(np.float32)
TRUTH = 2 * RNG.random((20, 30)).astype(np.float32)
MASK = RNG.random((20, 30)) < 0.4


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("whole", [True, False, None])
def test_of_a_study_the_first_the_middle_and_the_last_frame_are_drawn(
    centred: bool, whole: bool | None
) -> None:
    """With the low frequencies of the mask in the middle, and as far as the reference reaches."""
    frames = np.stack([k + START for k in range(5)])
    masks = np.stack([np.roll(MASK, k, 0) for k in range(5)])
    fft = "centered" if centred else "uncentered"
    study = Study(frames[:, None].astype(np.complex64), masks, None, 1.0, "real", fft)  # type: ignore[arg-type]
    part = slice(None) if whole else slice(5, 15)
    truth = np.stack([TRUTH + k for k in range(5)])[:, part]
    reference = None if whole is None else Reference(truth, float(truth.max()))
    compared = shown_frames(study, 2 * frames, frames, reference)
    assert [drawn.name for drawn in compared] == ["frame 1 of 5", "frame 3 of 5", "frame 5 of 5"]
    cut = slice(None) if whole is None else part
    for drawn, k in zip(compared, (0, 2, 4), strict=True):
        np.testing.assert_array_equal(drawn.mask, masks[k] if centred else np.fft.fftshift(masks[k]))
        np.testing.assert_array_equal(drawn.zero_filled, frames[k, cut])
        np.testing.assert_array_equal(drawn.result, 2 * frames[k, cut])
        if reference is None:
            assert drawn.reference is None
        else:
            np.testing.assert_array_equal(drawn.reference, truth[k])


def test_a_single_frame_has_no_name_and_images_of_a_turned_volume_have_the_mask_of_the_middle() -> None:
    samples = START[None, None].astype(np.complex64)
    study = Study(samples, MASK[None], None, 1.0, "real", "centered")
    (drawn,) = shown_frames(study, START[None], START[None], None)
    assert drawn.name == ""
    turned = np.zeros((9, 4, 4), np.float32)
    for drawn in shown_frames(study, turned, turned, None):
        np.testing.assert_array_equal(drawn.mask, MASK)
