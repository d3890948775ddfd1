"""`recon train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from .options import Device, Sigma


def train(
    data: Annotated[Path, typer.Option(help="Folder of clean grey images.")],
    sigma: Sigma,
    output: Annotated[Path, typer.Option("-o", "--output", help="Dictionary to write, .safetensors.")],
    variant: Annotated[
        Literal["mean-free", "fixed-mean"], typer.Option(help="How a patch loses its mean.")
    ] = "mean-free",
    beta: Annotated[
        float | None, typer.Option(help="Weight of the patch term; default at sigma 5 and 25.")
    ] = None,
    lam: Annotated[
        float | None, typer.Option(help="Soft-threshold level; default at sigma 5 and 25.")
    ] = None,
    atoms: Annotated[int, typer.Option(min=1, help="Number of atoms.")] = 128,
    patch_size: Annotated[int, typer.Option(min=2, help="Side of a patch in pixels.")] = 10,
    crop_size: Annotated[int, typer.Option(min=2, help="Side of a training crop in pixels.")] = 64,
    margin: Annotated[int, typer.Option(min=0, help="Edge of a crop that the loss ignores, in pixels.")] = 9,
    batch: Annotated[int, typer.Option(min=1, help="Crops a step.")] = 4,
    train_steps: Annotated[int, typer.Option(min=1, help="Number of steps.")] = 1000,
    learning_rate: Annotated[float, typer.Option(help="Adam's; falls to zero along a cosine.")] = 1e-3,
    unroll: Annotated[int, typer.Option(min=1, help="Sweeps that are differentiated.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of atoms, crops and noise.")] = 42,
    validation: Annotated[
        Path | None, typer.Option(help="Folder of images that choose the best step.")
    ] = None,
    initial: Annotated[
        str | None, typer.Option(help="Bundled name or dictionary file to start from, in place of noise.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint of -o.")] = False,
    device: Device = "auto",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing dictionary.")] = False,
) -> None:
    """Learn a dictionary from clean images.

    Example: recon train --data photos/ --sigma 25 -o mine.safetensors
    """
    from ..errors import ReconError
    from ..files.outputs import choose_output
    from ..models.registry import find_dictionary
    from ..reporting.progress import training_progress
    from ..workflows.device import choose_device
    from ..workflows.train import TRAINED_WITH, TrainingOptions, TrainingStatus
    from ..workflows.train import train as run

    usual = TRAINED_WITH.get(sigma)
    if usual is None and (beta is None or lam is None):
        raise ReconError(f"no usual parameters are known for sigma {sigma:g}; give --beta and --lam", 2)
    if usual is not None:
        beta, lam = beta or usual.beta, lam or usual.lam
    assert beta is not None
    assert lam is not None
    options = TrainingOptions(
        sigma, beta, lam, variant, atoms, patch_size, crop_size, margin, batch, train_steps, learning_rate,
        unroll, seed=seed,
    )  # fmt: skip
    place = choose_output(data, output, "", overwrite)
    start = find_dictionary(initial, sigma) if initial else None
    with training_progress(train_steps) as update:
        best = float("nan")

        def show(status: TrainingStatus) -> None:
            nonlocal best
            if status.validation is not None:
                best = status.validation
            update(status.step, f"step {status.step}  loss {status.loss:.5f}  validation {best:.2f} dB")

        trained = run(
            data, validation, place, options, initial=start, resume=resume,
            device=choose_device(device), callback=show, warn=_warn,
        )  # fmt: skip
    score = trained.training.get("validation_psnr")
    note = f", {score:.2f} dB on the validation images" if score else ""
    typer.echo(f"wrote {place}: best of step {trained.training['best_step']}{note}", err=True)


def _warn(text: str) -> None:
    typer.echo(f"skipped: {text}", err=True)
