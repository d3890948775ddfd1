"""The pages of docs/howto are run as they stand, and hold what they promise."""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from recon_cli import Measurement, Solver, operators, priors, reconstruct
from recon_cli.engine.domain import UnitDisc
from recon_cli.quality.metrics import psnr

ROOT = Path(__file__).resolve().parents[2]
PAGES = runpy.run_path(str(ROOT / "docs" / "pages.py"))


def _blocks(page: str) -> list[str]:
    found = PAGES["blocks"](ROOT / "docs/howto" / page)
    return [block.code for block in found if block.language == "python"]


@pytest.fixture(scope="module")
def operator_page() -> dict[str, Any]:
    return _run("operator.md")


@pytest.fixture(scope="module")
def prior_page() -> dict[str, Any]:
    return _run("prior.md")


def _run(page: str) -> dict[str, Any]:
    """Run the Python of a page, without its commands, which `test_pages` runs."""
    with tempfile.TemporaryDirectory() as folder:
        return PAGES["run"](ROOT / "docs/howto" / page, Path(folder), lambda line, folder: None)


def _lines(block: str) -> int:
    return sum(bool(line.strip()) for line in block.splitlines())


def test_an_operator_takes_at_most_40_lines_and_a_prior_80() -> None:
    assert _lines(_blocks("operator.md")[0]) <= 40
    assert all(_lines(block) <= 80 for block in _blocks("prior.md")[:2])


@pytest.mark.slow
def test_the_page_of_operators_gives_a_certified_image(operator_page: dict[str, Any]) -> None:
    result, clean, mask = (operator_page[name] for name in ("result", "clean", "mask"))
    assert result.converged
    assert 0 <= result.gap <= 1e-2
    filled = np.where(mask.numpy() > 0, operator_page["noisy"], clean.mean())
    assert psnr(result.image[0], clean) > psnr(filled, clean) + 3


@pytest.mark.parametrize(
    "prior",
    [priors.DictionaryPrior("sigma25-minimum"), priors.RidgePrior(), priors.TotalVariationPrior()],
    ids=lambda prior: prior.name,
)
@pytest.mark.parametrize("kind", ["real", "complex"])
def test_the_new_operator_goes_with_every_prior(
    operator_page: dict[str, Any], prior: priors.Prior, kind: str
) -> None:
    clean, mask = operator_page["clean"][:24, :22], operator_page["mask"][:24, :22]
    data = mask * torch.from_numpy(operator_page["noisy"][:24, :22])
    operator = operator_page["PixelMask"](mask)
    if kind == "complex":
        turned = data * np.exp(0.3j)
        measurement = Measurement(operator, turned[None].to(torch.complex64), UnitDisc(), sigma=10)
    else:
        measurement = Measurement(operator, data[None], sigma=10)
    # the ridge regulariser stops by the change of the image, the others by the gap
    tolerance = 1e-6 if prior.name == "crr" else 3e-2
    result = reconstruct(measurement, prior, Solver(mode="full", tolerance=tolerance))
    assert result.converged
    assert result.gap is not None
    assert 0 <= result.gap < 5e-2
    image = result.image[0]
    assert psnr(image.abs() if kind == "complex" else image, clean) > psnr(data, clean) + 3


def _measurements() -> dict[str, Measurement]:
    rng = np.random.default_rng(0)
    image = np.kron(rng.random((3, 3)), np.ones((8, 8))).astype(np.float32)
    mask = torch.from_numpy(rng.random(image.shape) < 0.6)
    mask[:3, :3] = mask[-2:, :3] = mask[:3, -2:] = mask[-2:, -2:] = True
    phase = torch.from_numpy(rng.random((2, 1, 1))).mul(3).exp()
    maps = torch.polar(torch.ones(2, 24, 24, dtype=torch.float64) / 2**0.5, phase.expand(2, 24, 24))
    planes = torch.from_numpy(image)[None]
    fourier = operators.Fourier(mask, "uncentered")
    sense = fourier @ operators.CoilMaps(maps.to(torch.complex64))
    crop = operators.Crop((18, 18), 3)
    twice = operators.Stack([operators.Identity((24, 24)), operators.Identity((24, 24))])
    made: dict[str, Measurement] = {}
    for name, operator in (
        ("identity", operators.Identity((24, 24))),
        ("crop", crop),
        ("fourier", fourier),
        ("sense", sense),
        ("stack", twice),
    ):
        made[name] = Measurement(operator, operator.forward(planes), sigma=10)
    made["complex"] = Measurement(sense, sense.forward(planes), UnitDisc(), sigma=10)
    return made


@pytest.mark.parametrize("name", ["SquaredDifferences", "Haar"])
@pytest.mark.parametrize("measurement", _measurements().values(), ids=_measurements().keys())
def test_the_new_priors_go_with_every_operator(
    prior_page: dict[str, Any], name: str, measurement: Measurement
) -> None:
    prior = prior_page[name](0.01)
    result = reconstruct(measurement, prior, Solver(max_iterations=2000))
    assert result.converged
    assert result.gap is not None
    assert 0 <= result.gap < 2e-2
    assert result.used[0].prior == prior.name
    assert result.image.shape == measurement.images(measurement.start()).shape


def test_the_page_of_inverse_problems_undoes_a_blur() -> None:
    names = _run("inverse_problems.md")
    clean, part = names["clean"], names["part"]
    assert names["result"].converged
    assert (
        psnr(names["sharp"].numpy(), clean[part].numpy())
        > psnr(names["blurred"][0].numpy(), clean[part].numpy()) + 2
    )
