from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from recon_cli.workflows.benchmark.contest import contest
from recon_cli.workflows.benchmark.kspace import kspace_cases_of, kspace_contestant
from recon_cli.workflows.mri.options import Fft, MriOptions
from recon_cli.workflows.mri.reconstruct import reconstruct
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.files.named import Named
from recon_cli.models.registry import find_dictionary
from recon_cli.quality.metrics import psnr
from recon_cli.workflows.benchmark.entries import Entry
from recon_cli.workflows.mri.masks import generate_mask

PHOTOGRAPH = (data.camera()[100:132, 200:228] / 255).astype(np.float32)
MASK = generate_mask("random", 32, 28, 0.5)


@pytest.mark.parametrize(("method", "centred"), [("tv", True), ("tv", False), ("crr", False)])
def test_the_methods_beat_zero_filling_and_tuning_gains(ridge: Path, method: str, centred: bool) -> None:
    fft: Fft = "centered" if centred else "uncentered"
    mask = MASK if centred else np.fft.ifftshift(MASK)
    cases = kspace_cases_of([Named("a", PHOTOGRAPH)], [mask], 10, 1, fft)
    options, entry = MriOptions(fft=fft), Entry(method, model=str(ridge))
    contestants = [
        kspace_contestant(entry, options, lambda _: mask, tuned)
        for entry, tuned in ((Entry("zero-filling"), True), (entry, False), (entry, True))
    ]
    zero_filled, stored, tuned = (row.mean("psnr") for row in contest(contestants, cases, {}))
    assert stored > zero_filled + 0.5
    assert tuned >= stored - 0.005
    assert len({contestant.mark for contestant in contestants}) == 3


def test_the_model_is_tuned_by_a_grid_for_each_image() -> None:
    clean, mask = PHOTOGRAPH[:20, :18], generate_mask("random", 20, 18, 0.5)
    (case,) = kspace_cases_of([Named("a", clean)], [mask], 10, 1, "centered")
    data = case.measure()

    best = kspace_contestant(Entry("model", "unrolled"), MriOptions(), lambda _: mask, True).reconstruct(
        data, clean
    )
    dictionary = find_dictionary(None, 25)
    for factor in (0.5, 2.0):
        beta, lam = best.parameters["beta"] * factor, best.parameters["lam"]
        other = reconstruct(data[None], mask, dictionary, MriOptions("unrolled", beta=beta, lam=lam))
        assert psnr(other.image, clean) < psnr(best.image, clean)
    zero_filled = kspace_contestant(Entry("zero-filling"), MriOptions(), lambda _: mask, True)
    assert psnr(best.image, clean) > psnr(zero_filled.reconstruct(data, clean).image, clean) + 0.5


def test_what_is_not_stored_has_to_be_tuned() -> None:
    with pytest.raises(ReconError, match="no parameters for MRI in mode unrolled; give --tune"):
        kspace_contestant(Entry("model", "unrolled"), MriOptions(), lambda _: MASK, False)
