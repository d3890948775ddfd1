from __future__ import annotations

import math

import pytest
import torch
from skimage import data
from torch import Tensor

from recon_cli.engine.patches.grid import PatchGrid
from recon_cli.errors import ReconError
from recon_cli.files.bundled_models import file_of, manifest
from recon_cli.models.dictionary import Dictionary, load_dictionary
from recon_cli.tasks import TaskName
from recon_cli.workflows.training.adaptive_models import AdaptiveModel, LikelihoodModel
from recon_cli.workflows.training.batches import Visit
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.dictionary_models import seen
from recon_cli.workflows.training.reweighted_models import ReweightedModel
from recon_cli.workflows.training.tasks import measured

_SETTINGS = DictionaryConfiguration(
    sigma=25, objective="likelihood", atoms=12, patch_size=6, stride=2, crop_size=24, margin=4, width=5
)


def test_the_likelihood_is_that_of_an_exponential_distribution() -> None:
    """With the network at its start the weights are the rule's: all of it by hand, but the minima."""
    model, clean, noisy = _model()
    rule = model._rule(dict(model.named_parameters()))
    grid = PatchGrid(2, 24, 24, 6, 2, "periodic")
    weights = clean.new_full((12, grid.columns), 0.3)
    activities = 1 + model._first(seen(clean, 25.0), weights).codes.dense().abs() / rule.scale
    around = _mean_of_nine(model._first(seen(noisy, 25.0)).codes.dense().abs(), grid)
    ratio = activities / (1 + around / rule.scale)
    assert float(ratio.max()) < math.exp(2.5)
    places = (ratio - ratio.log()).view(12, 2, 12, 12)[:, :, 2:-2, 2:-2]
    assert model(clean, noisy, 25.0).item() == pytest.approx(places.mean().item(), rel=1e-5)


def test_what_is_kept_gives_the_same_again_and_only_the_network_learns() -> None:
    model, clean, noisy = _model()
    visit = Visit()
    losses = [model(clean, noisy, 25.0, each) for each in (None, visit, visit)]
    assert losses[0] == losses[1] == losses[2]
    losses[2].backward()
    learning = {name for name, parameter in model.named_parameters() if parameter.grad is not None}
    assert learning
    assert all(name.startswith("network.") for name in learning)


def test_the_network_learns_by_the_gradient() -> None:
    """Against finite differences, and a small step along it lowers the loss."""
    model, clean, noisy = _model()
    offset, visit = model.network["offset"], Visit()
    model(clean, noisy, 25.0, visit).backward()
    slope = offset.grad
    assert slope is not None
    losses = []
    for change in (-0.02, 0.02):
        with torch.no_grad():
            offset += change * slope.sign()
            losses.append(model(clean, noisy, 25.0, visit).item())
            offset -= change * slope.sign()
    assert losses[1] - losses[0] == pytest.approx(0.04 * slope.abs().sum().item(), rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("task", ["denoise", "deconvolve", "inpaint", "mri"])
def test_the_gradient_of_a_task_is_that_of_finite_differences(task: TaskName) -> None:
    """As far as systems get in 250 iterations, in k-space 750; `engine.learning` has the exact gradients."""
    initial = load_dictionary(file_of(manifest()["adaptive"]))
    settings = DictionaryConfiguration(sigma=(10, 50), objective="adaptive", stride=2, crop_size=32, margin=4)
    model = AdaptiveModel(settings, initial.atoms, initial, torch.Generator()).double()
    clean = torch.from_numpy(data.camera()[90:122, 200:264] / 255).reshape(32, 2, 32).swapaxes(0, 1)
    noisy = clean + 25 / 255 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(1))
    visit, offset, visits = Visit(task, 5), model.network["offset"], 75 if task == "mri" else 25
    if task != "denoise":
        visit.kept = [(measured(task, crop.float(), 5, settings.levels).double(), Visit()) for crop in clean]
    for _ in range(visits):  # the iterates of both systems go on from visit to visit
        model.zero_grad()
        model(clean, noisy, 25.0, visit).backward()
    direction, step = offset.grad / offset.grad.norm(), 1e-2
    losses = []
    for change in (-step, step):
        with torch.no_grad():
            offset += change * direction
            losses.append([model(clean, noisy, 25.0, visit).item() for _ in range(visits)][-1])
            offset -= change * direction
    assert (losses[1] - losses[0]) / (2 * step) == pytest.approx(offset.grad.norm().item(), rel=0.15)


def test_it_needs_a_dictionary() -> None:
    with pytest.raises(ReconError, match="needs an initial dictionary"):
        LikelihoodModel(_SETTINGS, torch.zeros(36, 12), None, torch.Generator())


def _model() -> tuple[LikelihoodModel, Tensor, Tensor]:
    """Return one with the rule of a dictionary, and crops with edges, clean and noisy."""
    generator = torch.Generator().manual_seed(3)
    raw = torch.randn(36, 12, generator=generator)
    begun = ReweightedModel(_SETTINGS, raw, None)
    values = {name: parameter.detach() for name, parameter in begun.named_parameters()}
    initial: Dictionary = begun.learned(values, {})
    clean = torch.full((2, 24, 24), 0.3)
    clean[:, 5:, 9:] = 0.6
    noisy = clean + 25 / 255 * torch.randn(clean.shape, generator=generator)
    return LikelihoodModel(_SETTINGS, raw, initial, generator), clean, noisy


def _mean_of_nine(sizes: Tensor, grid: PatchGrid) -> Tensor:
    planes = sizes.view(-1, grid.batch, grid.rows, grid.cols)
    moved = [planes.roll((i, j), (2, 3)) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return torch.stack(moved).mean(0).view_as(sizes)
