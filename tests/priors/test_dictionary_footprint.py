from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from recon_cli import denoise
from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.engine.priors.dictionary.weights_network import WeightsNetwork
from recon_cli.engine.solvers.recycled import NUMBERS
from recon_cli.errors import ReconError
from recon_cli.models.dictionary import Dictionary, load_dictionary, normalise, save_dictionary
from recon_cli.models.tuned import Tuned
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.dictionary_footprint import dictionary_footprint
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.pictures import denoise_picture

from ..child_memory import memory_taken

NO_CODES = Tuned(0.4, 9.0)
"""Of which all codes are zero."""


def _model(
    folder: Path, atoms: int, size: int, weighted: bool = False, stride: int = 1, width: int = 0
) -> str:
    generator = torch.Generator().manual_seed(0)
    raw = torch.randn(size**2, atoms, generator=generator)
    network = WeightsNetwork.initial(atoms, stride, width, (1, 2), generator) if width else None
    scale = torch.full((atoms, 1), 0.05)
    rule = Reweighting(torch.tensor(1.5), scale, torch.tensor(0.7), network=network)
    tuned = {("denoise", mode): NO_CODES for mode in ("full", "early-stop", "unrolled")}
    place = folder / "mine.safetensors"
    made = Dictionary(
        normalise(raw), "mean-free", 25.0, tuned, reweighting=rule if weighted else None, stride=stride
    )
    save_dictionary(place, made)
    return str(place)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("atoms", "size", "weighted", "side", "options"),
    [
        (2**14, 4, False, 24, {}),
        (2**14, 4, True, 24, {}),
        (2**10, 6, True, 48, {"mode": "full", "algorithm": "ipalm"}),
        (2**9, 6, False, 80, {"mode": "unrolled", "steps": 1}),
        (2**10, 6, False, 48, {"mode": "early-stop", "inner": "fista"}),
        (2**4, 24, False, 96, {"border": "paper"}),
        (2**14, 4, True, 48, {"stride": 2}),
        (2**5, 6, True, 200, {"width": 256}),
    ],
    ids=["atoms", "weights", "ipalm", "unrolled", "fista", "patches", "stride", "network"],
)
def test_the_footprint_bounds_what_is_taken(
    tmp_path: Path, atoms: int, size: int, weighted: bool, side: int, options: dict[str, Any]
) -> None:
    border, stride = options.pop("border", "extend"), options.pop("stride", 1)
    width = options.pop("width", 0)
    solver = Solver(**options, max_iterations=1)
    bundled = "sigma25-minimum" if solver.is_minimum else "sigma25-mean-free"
    small = DictionaryPrior(bundled, border=border)
    prior = DictionaryPrior(_model(tmp_path, atoms, size, weighted, stride, width), border=border)
    images = np.random.default_rng(0).random((1, 1, side, side), np.float32)

    def run(prior: DictionaryPrior, images: np.ndarray) -> None:
        denoise_picture(images, np.array([25.0]), prior, solver, 2**40)

    footprint = prior.prepare("denoise", 25, solver).footprint
    most = footprint.bytes(footprint.area(side, side))
    taken = memory_taken(lambda: run(small, images[..., :16, :16]), lambda: run(prior, images))
    assert most / 4 < taken <= most


def test_a_stack_of_small_planes_stays_within_its_memory() -> None:
    prior, solver = DictionaryPrior("sigma25-minimum", 0.4, 9.0), Solver(max_iterations=1)
    images, memory = np.random.default_rng(0).random((200, 1, 16, 16), np.float32), 2**26

    def run(count: int) -> None:
        denoise_picture(images[:count], np.full(count, 25.0), prior, solver, memory)

    taken = memory_taken(lambda: run(1), lambda: run(len(images)))
    assert memory / 4 < taken <= memory


@pytest.mark.parametrize("memory", [None, 2**28])
def test_what_does_not_fit_is_refused_in_a_sentence_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int | None
) -> None:
    monkeypatch.delattr("recon_cli.workflows.denoising.plane_solver.reconstruct")
    model = _model(tmp_path, 2**14, 2)
    image = np.random.default_rng(0).random((32, 32), np.float32)
    said = r"mine with 16384 atoms of 2 x 2 pixels takes at least \d\.\d+ GiB of memory, and .* are allowed; "
    with pytest.raises(ReconError, match=said + "allow more with --memory, or take a smaller") as caught:
        denoise(image, 25, mode="unrolled", model=model, memory=memory)
    assert caught.value.exit_code == 2


def test_directions_of_earlier_systems_count_in_mri(tmp_path: Path) -> None:
    model = _model(tmp_path, 16, 4)
    settled, swept = Solver(), Solver(mode="unrolled", steps=1)
    dictionary = load_dictionary(Path(model))
    for solver, more in ((settled, 4 * NUMBERS), (swept, 0)):
        mri = dictionary_footprint(dictionary, solver, 1.0, False, "mri")
        denoise = dictionary_footprint(dictionary, solver, 1.0, False, "denoise")
        assert mri.a_pixel - denoise.a_pixel == more
