"""What each part of the network that finds the weights of the second minimum is good for, as a table.

    python benchmarks/weights_ablation.py [--data ../shared/data/bsd400] [--only NAME ...]

Every row begins with the atoms and the rule of `sigma25-reweighted` and has the same steps: first of the
likelihood, then of the second minimum, atoms and penalties included. What a row lacks is zero and stays so.
Finished rows are kept in a JSON file, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from short_training import DATA, Images, images_of, trained
from torch import Tensor

from recon_cli.models.registry import find_dictionary
from recon_cli.workflows.training.adaptive_models import AdaptiveModel
from recon_cli.workflows.training.configuration import DictionaryConfiguration
from recon_cli.workflows.training.subject import Subject

LOG = Path(__file__).with_suffix(".json")
LIKELIHOOD, ADAPTIVE = 2400, 720
_CROP, _SEED = 64, 9
Mask = Callable[[Tensor], Tensor]


def _none(x: Tensor) -> Tensor:
    return torch.zeros_like(x)


def _own(x: Tensor) -> Tensor:
    """Keep an atom's own numbers: those on the diagonals of square matrices beside each other."""
    side = x.shape[-2] if x.ndim == 2 else x.shape[1]
    own = torch.eye(side, dtype=x.dtype)
    return own.repeat(1, x.shape[-1] // side) if x.ndim == 2 else own[None, :, :, None, None].expand(x.shape)


ROWS: dict[str, tuple[int, tuple[int, ...], dict[str, Mask]]] = {
    "rule": (1, (1,), dict.fromkeys(("enter", "look", "level", "biases", "body", "leave", "offset"), _none)),
    "neighbourhoods": (128, (1, 3), {"enter": _own, "body": _own, "leave": _own, "look": _none}),
    "mixed atoms": (48, (1,), {"body": _none, "look": _none}),
    "without images": (48, (1, 2, 3, 2, 1), {"look": _none}),
    "network": (48, (1, 2, 3, 2, 1), {}),
}
"""Width, dilations, and which numbers of a tensor there are, by the name of the tensor."""


def row(name: str, images: Images, steps: tuple[int, int]) -> dict[str, float | list[float]]:
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


def main() -> None:
    """Train what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="+", default=list(ROWS), choices=ROWS)
    parser.add_argument("--steps", type=int, nargs=2, default=(LIKELIHOOD, ADAPTIVE))
    parser.add_argument("--log", type=Path, default=LOG)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    images = images_of(arguments.data, _CROP)
    rows = json.loads(arguments.log.read_text()) if arguments.log.exists() else {}
    for name in arguments.only:
        if name not in rows:
            rows[name] = row(name, images, tuple(arguments.steps))
            arguments.log.write_text(json.dumps(rows, indent=1))
        values = " | ".join(f"{value:.2f}" for value in rows[name]["psnr"])
        print(f"| {name} | {values} | {rows[name]['seconds']} |", flush=True)


if __name__ == "__main__":
    main()
