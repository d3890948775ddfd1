from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.priors.footprint import Footprint
from recon_cli.workflows.mri.memory import check_frames
from recon_cli.workflows.mri.study import Study

FOOTPRINT = Footprint("a prior", a_pixel=100, fixed=1000, frame=9)
"""The frame is one of images that are extended, which those of k-space are not."""


def _study(image: str, coils: int) -> Study:
    samples = np.ones((2, coils, 10, 20), np.complex64)
    return Study(samples, np.ones((1, 10, 20), bool), None, 1.0, image, "centered")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("image", "coils", "needed"),
    [("real", 1, 1000 + 200 * 100), ("complex", 1, 1000 + 400 * 100), ("complex", 8, 1000 + 400 * 100)],
)
def test_planes_and_coils_of_a_frame_count(image: str, coils: int, needed: int) -> None:
    study = _study(image, coils)
    enough = needed + (coils + 1) * 200 * 160
    check_frames(study, FOOTPRINT, enough, "cpu")
    with pytest.raises(
        ReconError, match=rf"a {image} frame of 10 x 20 pixels and {coils} coil.*more with --m"
    ):
        check_frames(study, FOOTPRINT, enough - 1, "cpu")


def test_every_set_of_coil_maps_has_an_image() -> None:
    study, enough = _study("complex", 8), 1000 + 2 * (400 * 100 + 9 * 200 * 160)
    check_frames(study, FOOTPRINT, enough, "cpu", sets=2)
    with pytest.raises(ReconError, match="a complex frame of 10 x 20 pixels"):
        check_frames(study, FOOTPRINT, enough - 1, "cpu", sets=2)


def test_without_a_limit_it_is_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon_cli.workflows.memory.free_memory", lambda _: 2**12)
    with pytest.raises(ReconError, match="and 4096 bytes are free; allow more with --memory") as refused:
        check_frames(_study("real", 1), FOOTPRINT, None, "cpu")
    assert refused.value.exit_code == 2
    check_frames(_study("real", 1), FOOTPRINT, 2**20, "cpu")
