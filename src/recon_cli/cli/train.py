"""`recon train`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from .methods import refuse_opposites
from .options import Device, Json, Quiet, bundled_names
from .shared_options import with_options


@dataclass(frozen=True, eq=False, repr=False)
class TrainOptions:
    """Settings that may stand in a file as well, by the names that they have there."""

    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder of clean images of any size, in any format that recon denoise reads; colours "
            "count as their luma."
        ),
    ] = None
    sigma: Annotated[
        str | None,
        typer.Option(
            help="Noise level in 8-bit grey levels; where a minimum is trained also a range, as 1:50."
        ),
    ] = None
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Model file to write, .safetensors.")
    ] = None
    validation: Annotated[
        Path | None,
        typer.Option(help="Folder of images for the best step and the tuning; default a tenth of the data."),
    ] = None
    regulariser: Annotated[
        Literal["patches", "crr"] | None,
        typer.Option(
            help="What is trained: a dictionary of patches (default), or a convex ridge regulariser, "
            "which has none of the options from --variant to --patch-size."
        ),
    ] = None
    objective: Annotated[
        Literal["unrolled", "minimum", "reweighted", "adaptive"] | None,
        typer.Option(
            help="What is trained to equal the clean image: the result of a few steps (default), the "
            "minimum of J (default of crr), a second minimum, whose penalties are reweighted by "
            "the first (not of crr), or the same with a network that corrects these weights "
            "(adaptive)."
        ),
    ] = None
    variant: Annotated[
        Literal["mean-free", "fixed-mean"] | None,
        typer.Option(help="How a patch loses its mean; default mean-free."),
    ] = None
    beta: Annotated[
        float | None, typer.Option(help="Weight of the patch term; default the one that suits sigma.")
    ] = None
    lam: Annotated[
        float | None, typer.Option(help="Soft-threshold level; default the one that suits sigma.")
    ] = None
    initial: Annotated[
        str | None,
        typer.Option(
            help="Name of a bundled dictionary or dictionary file to start from, in place of noise.",
            autocompletion=bundled_names,
        ),
    ] = None
    atoms: Annotated[int | None, typer.Option(help="Number of atoms; default 128.")] = None
    patch_size: Annotated[int | None, typer.Option(help="Side of a patch in pixels; default 10.")] = None
    crop_size: Annotated[int | None, typer.Option(help="Side of a training crop in pixels; default 64.")] = (
        None
    )
    margin: Annotated[
        int | None, typer.Option(help="Edge of a crop that the loss ignores, in pixels; default 9.")
    ] = None
    batch: Annotated[int | None, typer.Option(help="Crops in each step; default 4.")] = None
    scales: Annotated[
        str | None, typer.Option(help="Sizes at which an image is used; default 1,0.9,0.8,0.7.")
    ] = None
    flips: Annotated[
        bool | None, typer.Option("--flips/--no-flips", help="Turn and mirror crops at random; default yes.")
    ] = None
    train_steps: Annotated[int | None, typer.Option(help="Number of steps; default 1500.")] = None
    learning_rate: Annotated[
        float | None,
        typer.Option(
            help="Learning rate of Adam at the start; default 1e-3, of a minimum 1e-2, of crr 2e-2, of "
            "adaptive 3e-4."
        ),
    ] = None
    schedule: Annotated[
        Literal["cosine", "steps"] | None,
        typer.Option(help="How the learning rate falls: to zero along a cosine (default), or in steps."),
    ] = None
    decay: Annotated[
        float | None, typer.Option(help="Factor of the learning rate in each of its steps; default 0.75.")
    ] = None
    decays: Annotated[int | None, typer.Option(help="Number of steps of the learning rate; default 10.")] = (
        None
    )
    unroll: Annotated[
        int | None,
        typer.Option(help="Steps that are differentiated, for the objective unrolled; default 2, of crr 10."),
    ] = None
    validate_every: Annotated[
        int | None, typer.Option(help="Steps between two validations and checkpoints; default 100.")
    ] = None
    tune: Annotated[
        bool | None, typer.Option("--tune/--no-tune", help="Tune the parameters in the end; default yes.")
    ] = None
    seed: Annotated[int | None, typer.Option(help="Seed of weights, crops and noise; default 42.")] = None


@with_options(TrainOptions)
def train(
    config: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with any of these settings; options of the command line take precedence over it."
        ),
    ] = None,
    tensorboard: Annotated[Path | None, typer.Option(help="Folder for TensorBoard's events.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint of -o.")] = False,
    device: Device = "auto",
    json: Json = False,
    quiet: Quiet = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an existing model and its checkpoint.")
    ] = False,
    *,
    options: TrainOptions,
) -> None:
    """Learn a dictionary, or another regulariser, from clean images.

    Examples:
      recon train --data photos/ --sigma 25 -o mine.safetensors
      recon train --config train.toml --resume
      recon train --regulariser crr --data photos/ --sigma 25 -o crr.safetensors
    """
    refuse_opposites(resume=resume, overwrite=overwrite)
    settings = vars(options) | {"sigma": _levels(options.sigma), "scales": _numbers(options.scales)}
    from ..files.configuration import read_configuration
    from ..files.streams import write_stdout
    from ..models.registry import find_dictionary
    from ..reporting.json_line import training_line
    from ..reporting.progress import training_progress
    from ..workflows.training.configuration import DictionaryConfiguration
    from ..workflows.training.configure import configure
    from ..workflows.training.run import TrainingFiles
    from ..workflows.training.run import train as run
    from ..workflows.training.team import is_first

    given = {name: value for name, value in settings.items() if value is not None}
    values = (read_configuration(config) if config else {}) | given
    places = {name: _path(values.pop(name, None), name) for name in ("data", "output", "validation")}
    configuration = configure(values)
    source, place = _needed(places["data"], "--data"), _needed(places["output"], "-o")
    if place.suffix != ".safetensors":
        raise typer.BadParameter("the name of the model has to end in .safetensors", param_hint="-o")
    name = configuration.initial if isinstance(configuration, DictionaryConfiguration) else None
    start = find_dictionary(name, configuration.levels[0]) if name else None
    with training_progress(configuration.train_steps, quiet=quiet or not is_first()) as (update, say):
        files = TrainingFiles(source, place, places["validation"], tensorboard, (config, name))
        trained = run(
            files, configuration, initial=start, resume=resume, overwrite=overwrite, device=device,
            callback=update, say=say,
        )  # fmt: skip
        say(
            f"wrote {place}: best of step {trained.training['best_step']}, "
            f"{trained.training['validation_psnr']:.2f} dB on the validation images"
        )
    if json and is_first():
        write_stdout(f"{training_line(trained, place)}\n".encode())


def _numbers(text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise typer.BadParameter("give numbers with commas between them", param_hint="--scales") from error


def _levels(text: str | None) -> float | list[float] | None:
    if text is None:
        return None
    try:
        values = [float(part) for part in text.split(":")]
    except ValueError:
        values = []
    if len(values) not in (1, 2):
        raise typer.BadParameter("give a number, or two with a colon between them", param_hint="--sigma")
    return values if len(values) == 2 else values[0]


def _path(value: object, name: str) -> Path | None:
    if value is None or isinstance(value, Path):
        return value
    if not isinstance(value, str):
        raise typer.BadParameter(f"{name} has to be a path", param_hint="--config")
    return Path(value)


def _needed(path: Path | None, option: str) -> Path:
    if path is None:
        raise typer.BadParameter("it has to be given, here or in --config", param_hint=option)
    return path
