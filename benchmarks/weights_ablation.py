"""What each part of the network that finds the weights of the second minimum is good for, as a table.

    python benchmarks/weights_ablation.py [--data ../shared/data/bsd400] [--only NAME ...]

Every row begins with the atoms and the rule of `sigma25-reweighted` and has the same steps: first of the
likelihood, then of the second minimum, atoms and penalties included. What a row lacks is zero and stays so.
Finished rows are kept in a JSON file, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from short_training import Images, print_rows, trained
from torch import Tensor

from recon_cli.models.registry import find_dictionary
from recon_cli.workflows.training.adaptive_models import AdaptiveModel
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.subject import Subject

LOG = Path(__file__).with_suffix(".json")
LIKELIHOOD, ADAPTIVE = 2400, 720
_CROP, _SEED = 64, 9
Mask = Callable[[Tensor], Tensor]


def _own(x: Tensor) -> Tensor:
    """Keep an atom's own numbers: those on the diagonals of square matrices beside each other."""
    if x.ndim == 2:
        return torch.eye(len(x)).repeat(1, x.shape[1] // len(x))
    return torch.eye(x.shape[1])[None, :, :, None, None].expand(x.shape)


ROWS: dict[str, tuple[int, tuple[int, ...], dict[str, Mask]]] = {
    "rule": (
        1,
        (1,),
        dict.fromkeys(("enter", "look", "level", "biases", "body", "leave", "offset"), torch.zeros_like),
    ),
    "neighbourhoods": (128, (1, 3), {"enter": _own, "body": _own, "leave": _own, "look": torch.zeros_like}),
    "mixed atoms": (48, (1,), {"body": torch.zeros_like, "look": torch.zeros_like}),
    "without images": (48, (1, 2, 3, 2, 1), {"look": torch.zeros_like}),
    "network": (48, (1, 2, 3, 2, 1), {}),
}
"""Width, dilations, and which numbers of a tensor there are, by the name of the tensor."""


def row(name: str, images: Images, steps: Sequence[int]) -> dict[str, Any]:
    """Return validation PSNR in dB at each level, and processor seconds."""
    width, dilations, masks = ROWS[name]
    began, learned = time.process_time(), find_dictionary("sigma25-reweighted", 25)

    def without(model: Subject) -> None:
        assert isinstance(model, AdaptiveModel)
        for tensor, mask in masks.items():
            values = model.network[tensor]
            kept = mask(values.detach())
            with torch.no_grad():
                values.mul_(kept)
            values.register_hook(lambda gradient, kept=kept: gradient * kept)

    for objective, count in zip(("likelihood", "adaptive"), steps, strict=True):
        if (objective, name) == ("likelihood", "rule"):
            continue  # nothing to learn
        configuration = DictionaryConfiguration(
            objective=objective,
            sigma=(10, 50),
            stride=2,
            train_steps=count,
            validate_every=count,
            seed=_SEED,
            width=width,
            dilations=dilations,
        )
        learned, _ = trained(images, configuration, learned, without)
    return {"psnr": learned.training["validation_psnrs"], "seconds": round(time.process_time() - began)}


def cells(found: dict[str, Any]) -> str:
    """Return the columns of a row."""
    return " | ".join([*(f"{value:.2f}" for value in found["psnr"]), str(found["seconds"])])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, nargs=2, default=(LIKELIHOOD, ADAPTIVE))
    print_rows(parser, ROWS, LOG, _CROP, lambda name, images, asked: row(name, images, asked.steps), cells)


if __name__ == "__main__":
    main()
