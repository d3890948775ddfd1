from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data

from recon_cli.files.named import Named
from recon_cli.workflows.benchmark.contest import contest
from recon_cli.workflows.benchmark.entries import Entry
from recon_cli.workflows.benchmark.kspace import kspace_cases_of, kspace_contestant
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.reconstruct import MriOptions

PHOTOGRAPH = (data.camera()[100:132, 200:228] / 255).astype(np.float32)
MASK = generate_mask("random", 32, 28, 0.5)


@pytest.mark.parametrize(("method", "centred"), [("tv", True), ("tv", False), ("crr", False)])
def test_the_methods_beat_zero_filling_and_tuning_gains(ridge: Path, method: str, centred: bool) -> None:
    mask = MASK if centred else np.fft.ifftshift(MASK)
    cases = kspace_cases_of([Named("a", PHOTOGRAPH)], [mask], 10, 1, centred)
    options, entry = MriOptions(centred=centred), Entry(method, model=str(ridge))
    contestants = [
        kspace_contestant(entry, options, lambda _: mask, tuned)
        for entry, tuned in ((Entry("zero-filling"), True), (entry, False), (entry, True))
    ]
    zero_filled, stored, tuned = (row.mean("psnr") for row in contest(contestants, cases, {}))
    assert stored > zero_filled + 0.5
    assert tuned >= stored - 0.005
    assert len({contestant.mark for contestant in contestants}) == 3
