"""`recon tune`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..errors import ReconError
from .methods import refuse_opposites
from .options import Config, Device, Json, Quiet, Ratio


def tune(
    images: Annotated[
        list[str] | None,
        typer.Argument(
            help="Images, patterns, folders or -, with --task mri k-space files; without any, examples.",
            show_default=False,
        ),
    ] = None,
    task: Annotated[Literal["denoise", "mri"], typer.Option(help="What is tuned.")] = "denoise",
    sigma: Annotated[
        float | None,
        typer.Option(
            help="Noise level in 8-bit units; in MRI of k-space, for discrepancy, and for holdout, which "
            "else estimates it."
        ),
    ] = None,
    mode: Annotated[
        Literal["full", "early-stop", "unrolled"], typer.Option(help="Mode whose parameters are tuned.")
    ] = "full",
    model: Annotated[
        str | None,
        typer.Option(help="Bundled name or dictionary file; default by sigma, in MRI sigma25-reweighted."),
    ] = None,
    grid: Annotated[
        bool,
        typer.Option("--grid/--climb", help="A grid from coarse to fine, or steps uphill from the usual."),
    ] = True,
    betas: Annotated[
        str | None, typer.Option(help="lo:hi:n, or one value; default around what is usual.")
    ] = None,
    lams: Annotated[
        str | None, typer.Option(help="lo:hi:n, or one value; default around what is usual.")
    ] = None,
    criterion: Annotated[
        Literal["psnr", "ssim", "sure", "discrepancy", "holdout"] | None,
        typer.Option(help="psnr and ssim need clean images, the others none; default psnr, or holdout."),
    ] = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option(help="Clean image, one for each image in the same order, or a folder of them."),
    ] = None,
    mask: Annotated[
        str | None, typer.Option(help="For MRI: file, or radial, cartesian, random to undersample.")
    ] = None,
    ratio: Ratio = 0.3,
    seed: Annotated[int, typer.Option(min=0, help="Of all chance: noise, mask, SURE, hold-out.")] = 0,
    fft: Annotated[
        Literal["centered", "uncentered", "shifted"],
        typer.Option(help="Origin of image and k-space, as in recon mri."),
    ] = "centered",
    axes: Annotated[str | None, typer.Option(help="Of k-space, a letter an axis, as in recon mri.")] = None,
    scale: Annotated[
        float | None, typer.Option(help="Factor for k-space; default brings bright pixels to 0.8.")
    ] = None,
    budget: Annotated[
        str | None, typer.Option(help="Limit: evaluations, as 30, or a time, as 10min.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Number of processes.")] = 1,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Parameters, for --params of the other commands.")
    ] = Path("tuned.toml"),
    figure: Annotated[Path | None, typer.Option(help="Heat map: png, pdf or svg; default beside -o.")] = None,
    log: Annotated[Path | None, typer.Option(help="Log of the evaluations; default beside -o.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the log.")] = False,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    device: Device = "auto",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")] = False,
) -> None:
    """Find the beta and lam that suit given images.

    Examples:
      recon tune --grid
      recon tune clean/*.png --sigma 15 --model sigma25-mean-free --jobs 2 -o tuned.toml
      recon tune noisy.png --sigma 25 --criterion sure
      recon tune kspace.npy --task mri --criterion holdout
    """
    from ..files.figures import check_figure_suffix, write_figure
    from ..files.outputs import check_outputs
    from ..files.parameters import Parameters, write_parameters
    from ..files.streams import write_stdout
    from ..models.registry import find_dictionary
    from ..reporting.progress import say, tuning_progress
    from ..reporting.tune_table import print_tune_table, tune_line
    from ..workflows.tune.budget import parse_budget
    from ..workflows.tune.grid import parse_axis
    from ..workflows.tune.run import Search, caveats, choose_grid, usual
    from ..workflows.tune.run import tune as run
    from .tune_inputs import Inputs, find_files, read_subject

    refuse_opposites(resume=resume, overwrite=overwrite)
    inputs = Inputs(
        *find_files(images or (), reference or (), task), task, sigma, mode, criterion, seed, device, mask,
        ratio, fft, axes, scale,
    )  # fmt: skip
    beta_range = None if betas is None else parse_axis(betas, "--betas")
    lam_range = None if lams is None else parse_axis(lams, "--lams")
    if not grid and (beta_range or lam_range):
        raise ReconError("--betas and --lams are for --grid, and --climb takes no ranges", 2)
    limit = parse_budget(budget)
    figure, log = figure or output.with_suffix(".png"), log or output.with_suffix(".jsonl")
    check_figure_suffix(figure)
    read = (*inputs.images, *inputs.references, mask, model, config)
    check_outputs((output, figure, log), read, overwrite or (resume and log.exists()))
    level = 25.0 if inputs.level is None else inputs.level
    dictionary = find_dictionary(model, 25) if task == "mri" else find_dictionary(model, level, mode)
    subject, sentences = read_subject(inputs, dictionary)
    start = usual(task, mode, dictionary, level)
    chosen = choose_grid(start, beta_range, lam_range, subject.criterion) if grid else None
    for sentence in (*sentences, *caveats(subject.criterion, chosen)):
        if not quiet:
            say(sentence)
    search = Search(start, chosen, limit, jobs, log, resume)
    with tuning_progress(chosen.expected if chosen else None, quiet) as (show, tell):
        found = run(subject, dictionary, search, inputs.settings(), show, tell)
    at = found.best.parameters
    tuned = Parameters(
        task=task,
        mode=mode,
        model=model or dictionary.name,
        beta=at.beta,
        lam=at.lam,
        tol=at.tol,
        sigma=inputs.level,
        criterion=subject.criterion.name,
        value=found.best.value,
        images=tuple(map(str, inputs.images)) or ("examples",),
    )
    write_parameters(output, tuned)
    from ..reporting.tune_figure import tune_figure

    write_figure(figure, tune_figure(found, subject.criterion, f"{task}, mode {mode}, {tuned.model}"))
    if not quiet:
        print_tune_table(found, subject.criterion)
        if not found.ended:
            say("the budget ended before the search did; a larger one with --resume goes on")
        say(f"parameters: {output}, heat map: {figure}, log: {log}")
    if json:
        write_stdout(f"{tune_line(found, tuned, output, figure, log)}\n".encode())
