from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.priors.choosing import choose_prior
from recon_cli.priors.wavelet_sparsity import WaveletSparsity
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.mri.study import Undersampling, prepare

from ..workflows.mri.acquisitions import coil_maps, noise, phantom, transform


def test_its_weight_follows_from_the_noise_of_the_data() -> None:
    prior = choose_prior("wavelet", "mri")
    assert isinstance(prior, WaveletSparsity)
    weights = [
        prior.prepare("mri", sigma, Solver(), weight).used.parameters["weight"]
        for sigma, weight in ((10.0, 1.0), (20.0, 1.0), (20.0, 4.0))
    ]
    np.testing.assert_allclose(weights, np.array([1, 2, 1]) * weights[0])
    assert choose_prior("wavelet", "mri", weight=0.2).prepare("mri", 10, Solver()).used.strengths == {
        "weight": 0.2
    }


def test_other_tasks_and_weights_are_refused() -> None:
    with pytest.raises(ReconError, match="sparse wavelets are for k-space"):
        WaveletSparsity().prepare("denoise", 25, Solver())
    with pytest.raises(ReconError, match="--weight"):
        WaveletSparsity(-1.0)


def test_coils_are_reconstructed_in_so_many_iterations() -> None:
    maps, head = coil_maps(4, 64, 64), phantom()
    mask = np.random.default_rng(0).random((64, 64)) < 0.4
    mask[24:40, 24:40] = True
    samples = ((transform(maps * head) + noise(4, 64, 64, level=0.02)) * mask).astype(np.complex64)
    study = prepare(samples[None], Undersampling(mask), maps=maps)
    measurement = study.measurement(0)
    prepared = WaveletSparsity().prepare("mri", measurement.sigma, Solver(), measurement.weight)
    done = reconstruct(measurement, prepared, Solver())
    before = measurement.images(measurement.start())[0].numpy()
    assert psnr(np.abs(np.asarray(done.image)[0]), np.abs(head)) > psnr(np.abs(before), np.abs(head)) + 4
    assert (done.gap, done.converged) == (None, True)
    few = reconstruct(measurement, WaveletSparsity(0.01), Solver(max_iterations=7))
    assert few.iterations == 7
