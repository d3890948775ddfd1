from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from recon_cli.engine.operators.fourier import Origin
from recon_cli.errors import ReconError
from recon_cli.files.named import Named
from recon_cli.models.registry import find_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.benchmark.comparison import compare
from recon_cli.workflows.benchmark.entries import Entry
from recon_cli.workflows.benchmark.methods import compared_method
from recon_cli.workflows.benchmark.simulations import noisy_simulations, scan_simulations
from recon_cli.workflows.mri.masks import generate_mask

PHOTOGRAPH = (data.camera()[100:132, 200:228] / 255).astype(np.float32)
MASK = generate_mask("random", 32, 28, 0.5)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "centred"), [("tv", True), ("tv", False), ("crr", False)])
def test_the_methods_beat_zero_filling_and_tuning_gains(ridge: Path, method: str, centred: bool) -> None:
    fft: Origin = "centered" if centred else "uncentered"
    mask = MASK if centred else np.fft.ifftshift(MASK)
    simulations = scan_simulations([Named("a", PHOTOGRAPH)], [mask], 10, 1, fft)
    entry = Entry(method, model=str(ridge))
    methods = [
        compared_method(entry, "mri", tuned=tuned)
        for entry, tuned in ((Entry("zero-filling"), True), (entry, False), (entry, True))
    ]
    zero_filled, stored, tuned = (row.mean("psnr") for row in compare(methods, simulations, {}))
    assert stored > zero_filled + 0.5
    assert tuned >= stored - 0.005
    assert len({method.mark for method in methods}) == 3


@pytest.mark.slow
def test_the_model_is_tuned_by_a_grid_for_each_image() -> None:
    clean, mask = PHOTOGRAPH[:20, :18], generate_mask("random", 20, 18, 0.5)
    (simulation,) = scan_simulations([Named("a", clean)], [mask], 10, 1, "centered")
    measurement = simulation.measure()
    best = compared_method(Entry("model", "unrolled"), "mri", tuned=True).reconstruct(simulation)
    dictionary, parameters = find_dictionary(None, 25), best.used[0].parameters
    for factor in (0.5, 2.0):
        prior = DictionaryPrior(dictionary).at(Tuned(parameters["beta"] * factor, parameters["lam"]))
        other = reconstruct(measurement, prior, Solver("unrolled"))
        assert psnr(other.image[0], clean) < psnr(best.image[0], clean)
    zero_filled = compared_method(Entry("zero-filling"), "mri", tuned=True).reconstruct(simulation)
    assert psnr(best.image[0], clean) > psnr(zero_filled.image[0], clean) + 0.5


def test_what_is_not_stored_has_to_be_tuned() -> None:
    with pytest.raises(ReconError, match=r"no parameters for MRI in mode unrolled.*; give --tune-each"):
        compared_method(Entry("model", "unrolled"), "mri")


def test_the_mark_tells_parameters_apart(ridge: Path) -> None:
    entries = (Entry("tv"), Entry("nlm"), Entry("model"), Entry("model", "unrolled"),
               Entry("model", "full", "sigma25-mean-free"), Entry("crr", model=str(ridge)))  # fmt: skip
    marks = {compared_method(e, "denoise", s).mark for e in entries for s in (7.0, 8.0)}
    assert len(marks) == 2 * len(entries)


def test_methods_can_be_handed_to_other_processes(ridge: Path) -> None:
    (simulation,) = noisy_simulations([Named("a", PHOTOGRAPH)], 25, 1)
    for entry in (Entry("tv"), Entry("nlm"), Entry("crr", model=str(ridge)), Entry("model", "unrolled")):
        method = compared_method(entry, "denoise", 25)
        done = method.reconstruct(simulation)
        method, copy = pickle.loads(pickle.dumps((method, simulation)))
        assert np.array_equal(method.reconstruct(copy).image, done.image)
