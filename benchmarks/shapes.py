"""Other shapes of the model after trainings of the same time, as a table.

    python benchmarks/shapes.py [--data ../shared/data/bsd400] [--only NAME ...] [--seconds 240]

Every row is trained for the second of two minima at sigma 25, without a network, from the atoms of
`sigma25-reweighted`: scaled to the size of its patches, and with as many mixed of two others where there are
more. The number of steps is what fits into the time. Finished rows are kept in a JSON file.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from short_training import Images, print_rows, trained
from torch import Tensor

from recon_cli.models.dictionary import Dictionary
from recon_cli.models.penalties import Penalties
from recon_cli.models.registry import find_dictionary
from recon_cli.workflows.training.configuration import DictionaryConfiguration

LOG = Path(__file__).with_suffix(".json")
ROWS = {
    "10 x 10, stride 2": (10, 2, 128),
    "256 atoms": (10, 2, 256),
    "10 x 10, stride 3": (10, 3, 128),
    "12 x 12, stride 3": (12, 3, 128),
    "14 x 14, stride 3": (14, 3, 128),
}
"""Side of a patch in pixels, stride, and number of atoms."""
_CROP, _FEW, _SEED = 66, 8, 9
_SIGMA, _ATOMS = 25, 128
_SMALLER = 0.7
"""Of the penalty of each of twice as many atoms."""


def beginning(size: int, stride: int, atoms: int) -> Dictionary:
    """Return the bundled dictionary in another shape."""
    old = find_dictionary("sigma25-reweighted", 25)
    own = F.interpolate(_pictures(old.atoms), (size, size), mode="bicubic").flatten(1).T
    penalties, rule = old.penalties, old.reweighting
    assert penalties is not None
    assert rule is not None
    values, scale = penalties.values, rule.scale
    if atoms > own.shape[1]:
        chosen = torch.randperm(own.shape[1], generator=torch.Generator().manual_seed(_SEED))
        own = torch.cat((own, own + 0.5 * own[:, chosen]), 1)
        values, scale = values.repeat(1, 2), scale.repeat(2, 1)
    own = (own - own.mean(0)) / torch.linalg.matrix_norm(own - own.mean(0), 2)
    return replace(
        old,
        atoms=own.contiguous(),
        stride=stride,
        penalties=Penalties(penalties.knots, values),
        reweighting=replace(rule, scale=scale),
    )


def _pictures(atoms: Tensor) -> Tensor:
    side = round(atoms.shape[0] ** 0.5)
    return atoms.T.reshape(-1, 1, side, side)


def row(name: str, images: Images, seconds: float) -> dict[str, float]:
    """Return the validation PSNR in dB before and after the training, its steps and the time of one."""
    size, stride, atoms = ROWS[name]
    initial = beginning(size, stride, atoms)
    usual = initial.tuned_for("denoise", "full", _SIGMA)
    assert usual is not None
    fewer = (stride / 2) ** 2 * (10 / size) ** 2  # patches that cover a pixel

    def run(steps: int) -> tuple[float, float]:
        configuration = DictionaryConfiguration(
            objective="reweighted",
            sigma=_SIGMA,
            beta=fewer * usual.beta,
            lam=usual.lam * (_SMALLER if atoms > _ATOMS else 1),
            stride=stride,
            patch_size=size,
            atoms=atoms,
            crop_size=_CROP,
            train_steps=steps,
            validate_every=steps,
            learning_rate=4e-3,
            seed=_SEED,
        )
        learned, step = trained(images, configuration, initial)
        return learned.training["validation_psnr"], step

    before, step = run(_FEW)
    steps = round(seconds / step)
    after, _ = run(steps)
    return {"before": before, "after": after, "steps": steps, "seconds": round(step, 2)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=240)
    print_rows(
        parser,
        ROWS,
        LOG,
        _CROP,
        lambda name, images, asked: row(name, images, asked.seconds),
        lambda found: f"{found['before']:.2f} | {found['after']:.2f} | {found['steps']}",
    )


if __name__ == "__main__":
    main()
