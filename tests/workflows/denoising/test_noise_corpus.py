"""What `--sigma auto` finds in sixty images, read as the command reads them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.priors import TotalVariationPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.files import FileDenoiser
from recon_cli.workflows.denoising.noise import GaussianNoise
from recon_cli.workflows.file_workflow import FileTask

from .noise_corpus import Case, cases

_DOUBTS = ("the noise is correlated, and stronger than that", "which may be wrong")


class Found(NamedTuple):
    """What was found of a case: the largest relative error of its levels, and whether a doubt was said."""

    case: Case
    error: float
    doubted: bool


def _find(case: Case, folder: Path) -> Found:
    denoiser = FileDenoiser(TotalVariationPrior(), Solver(), GaussianNoise("auto"))
    task = FileTask(case.write(folder), folder / "out.npy")
    if not case.sigmas:
        with pytest.raises(ReconError, match="no noise was found"):
            denoiser.read(task)
        return Found(case, 0, True)
    loaded = denoiser.read(task)
    widths = [loaded.spans.of_plane(plane).width for plane in range(len(loaded.white.sigmas))]
    levels = loaded.white.sigmas * np.array(widths)[:, None] / 255
    noisy = levels[levels.any(1)].ravel()
    error = np.abs(noisy / np.resize(case.sigmas, noisy.shape) - 1).max()
    return Found(case, float(error), any(doubt in loaded.white.said for doubt in _DOUBTS))


@pytest.mark.slow
def test_levels_are_found_or_it_is_said_that_they_may_be_wrong(tmp_path: Path) -> None:
    found = [_find(case, tmp_path) for case in cases()]
    assert len(found) == 60
    sure = [each for each in found if each.case.sure]
    wrong = {each.case.name: each.error for each in sure if each.error > 0.1}
    assert len(wrong) <= 0.1 * len(sure), wrong
    silent = [each.case.name for each in found if each.error > 0.1 and not each.doubted]
    assert not silent
    assert not [each.case.name for each in sure if each.doubted and each.case.sigmas]
