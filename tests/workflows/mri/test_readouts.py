from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage.data import shepp_logan_phantom
from skimage.transform import resize

from recon_cli.engine.operators import NonUniform
from recon_cli.errors import ReconError
from recon_cli.files.kspace.samples import Details, KSpace
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.measurement import zero_filled
from recon_cli.workflows.mri.readouts import ReadoutStudy, prepare_readouts, with_trajectory

from .acquisitions import coil_maps

SIDE, COILS = 40, 4
OBJECT = resize(shepp_logan_phantom(), (SIDE, SIDE)) * np.exp(1j * np.linspace(-1, 1, SIDE))
MAPS = coil_maps(COILS, SIDE, SIDE).astype(np.complex64)
MAPS /= np.sqrt((np.abs(MAPS) ** 2).sum(0))


def _radial(spokes: int) -> NDArray[np.float32]:
    """Return spokes at golden angles, of twice as many samples as pixels."""
    angles = math.pi * np.arange(spokes) * (math.sqrt(5) - 1) / 2
    along = np.arange(2 * SIDE) / 2 - SIDE / 2
    return np.stack([along * np.sin(angles)[:, None], along * np.cos(angles)[:, None]], -1).astype(np.float32)


def _spiral(arms: int) -> NDArray[np.float32]:
    turns = np.linspace(0, 1, 600)
    turned = [np.exp(2j * np.pi * (8 * turns + arm / arms)) * turns * SIDE / 2 for arm in range(arms)]
    return np.stack([np.imag(turned), np.real(turned)], -1).astype(np.float32)


def _measured(places: NDArray[np.float32], noise: float = 0.01, frames: int = 1) -> KSpace:
    """Return what coils measure of the object, brighter from frame to frame."""
    operator = NonUniform(places.reshape(-1, 2), (SIDE, SIDE))
    clean = operator.forward(torch.from_numpy((MAPS * OBJECT).astype(np.complex64))).numpy()
    clean = clean.reshape(COILS, *places.shape[:2])
    every = np.stack([(1 + frame) * clean for frame in range(frames)])
    random = np.random.default_rng(0).standard_normal((2, *every.shape)) / math.sqrt(2)
    samples = (every + noise * (random[0] + 1j * random[1])).astype(np.complex64)
    shape = (frames,) if frames > 1 else ()
    details = Details(trajectory=places[None], matrix=(SIDE, SIDE))
    return KSpace(samples, None, None, shape, "", "npy", None, details=details)


def _error(image: NDArray[np.generic]) -> float:
    truth = np.abs(OBJECT)
    return float(np.linalg.norm(np.abs(image) - truth) / np.linalg.norm(truth))


@pytest.mark.parametrize("places", [_radial(60), _spiral(6)], ids=["radial", "spiral"])
def test_the_start_is_nearly_the_image_where_enough_was_sampled(places: NDArray[np.float32]) -> None:
    study = prepare_readouts(_measured(places), maps=MAPS)
    assert study.image == "complex"
    assert _error(zero_filled(study.measurement(0))) < 0.3


@pytest.mark.parametrize("places", [_radial(16), _spiral(3)], ids=["radial", "spiral"])
def test_few_readouts_are_reconstructed(places: NDArray[np.float32]) -> None:
    study = prepare_readouts(_measured(places), maps=MAPS)
    done = reconstruct_kspace(study, DictionaryPrior(), Solver(count=20))
    assert _error(np.asarray(done.result.image)[0]) < 0.4 * _error(done.starts[0])


def test_the_residual_of_dense_and_sparse_samples_is_noise_of_the_level() -> None:
    study = prepare_readouts(_measured(_radial(60), noise=0.05), maps=MAPS, noise=0.05)
    residual = reconstruct_kspace(study, DictionaryPrior(), Solver(count=20), residual_of=0).residual
    assert residual is not None
    samples = residual.reshape(-1, 60, 2 * SIDE)
    dense, sparse = samples[..., SIDE - 8 : SIDE + 8], samples[..., :16]
    assert dense.std() == pytest.approx(1, abs=0.25)
    assert sparse.std() == pytest.approx(1, abs=0.1)


def test_maps_are_estimated_from_the_middle() -> None:
    study = prepare_readouts(_measured(_radial(50), noise=0.002))
    found = study.coil_maps(0)
    assert found is not None
    inside = (np.abs(found).sum(0) > 0) & (np.abs(OBJECT) > 0.05)
    likeness = np.abs((found.conj() * MAPS).sum(0))[inside]
    assert np.median(likeness) > 0.98


def test_frames_have_their_own_readouts() -> None:
    measured = _measured(_radial(30), frames=2)
    mask = np.ones((2, 30, 2 * SIDE), bool)
    mask[1, 20:] = False
    study = prepare_readouts(replace(measured, mask=mask), maps=MAPS)
    assert isinstance(study, ReadoutStudy)
    assert [len(operator.phases) for operator in study.operators] == [30 * 2 * SIDE, 20 * 2 * SIDE]
    first, second = (zero_filled(study.alone(frame).measurement(0)) for frame in (0, 1))
    assert np.abs(second).mean() == pytest.approx(2 * np.abs(first).mean(), rel=0.15)
    same = prepare_readouts(measured, maps=MAPS)
    assert isinstance(same, ReadoutStudy)
    assert len(same.operators) == 1


def test_noise_is_that_of_samples() -> None:
    study = prepare_readouts(_measured(_radial(40), noise=0.2), maps=MAPS)
    assert study.noise is not None
    assert study.noise.level == pytest.approx(0.2, rel=0.25)
    assert prepare_readouts(_measured(_radial(40)), maps=MAPS, noise=0.3).noise.level == 0.3  # type: ignore[union-attr]


def test_a_trajectory_belongs_to_k_space_without_one(tmp_path: Path) -> None:
    measured = _measured(_radial(5))
    np.save(tmp_path / "t.npy", _radial(5))
    bare = replace(measured, details=Details(), axes="coil 4, y 5, x 80")
    joined = with_trajectory(bare, tmp_path / "t.npy")
    assert joined.details.matrix == (SIDE, SIDE)
    assert joined.axes == "coil 4, readout 5, sample 80"
    np.testing.assert_array_equal(joined.details.trajectory, _radial(5)[None])
    assert with_trajectory(bare, None) is bare
    with pytest.raises(ReconError, match="has a trajectory of its own; leave --trajectory out"):
        with_trajectory(measured, tmp_path / "t.npy")
