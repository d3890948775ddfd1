"""`recon tune`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..errors import ReconError
from .methods import refuse_opposites
from .options import Config, Json, Quiet, Scheduler, bundled_names
from .shared_options import with_options
from .tune_options import Inputs, TuneOptions


@with_options(TuneOptions)
def tune(
    images: Annotated[
        list[str] | None,
        typer.Argument(
            help="Images, patterns, folders or -, with --task mri k-space files, with --task "
            "tomography sinograms; without any, bundled examples are taken.",
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        Literal["model", "crr", "tv"],
        typer.Option(help="The learned model, a learned convex ridge regulariser, or total variation."),
    ] = "model",
    model: Annotated[
        str | None,
        typer.Option(
            help="Name of a bundled model or model file: a dictionary, by default chosen by sigma, in "
            "MRI sigma25-reweighted; for crr a ridge regulariser, in MRI by default that of sigma "
            "25.",
            autocompletion=bundled_names,
        ),
    ] = None,
    grid: Annotated[
        bool,
        typer.Option(
            "--grid/--climb",
            help="Search on a grid from coarse to fine, or by steps uphill from the usual strengths.",
        ),
    ] = True,
    betas: Annotated[
        str | None,
        typer.Option(
            help="Values of beta for the model, as LO:HI:N, or one value; default around the usual one."
        ),
    ] = None,
    lams: Annotated[str | None, typer.Option(help="Values of lam for model and crr, likewise.")] = None,
    mus: Annotated[str | None, typer.Option(help="Values of mu for crr, likewise.")] = None,
    weights: Annotated[str | None, typer.Option(help="Values of the weight of tv, likewise.")] = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option(help="Clean image, one for each image in the same order, or a folder of them."),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(help="Limit of the search: a number of evaluations, as 30, or a time, as 10min."),
    ] = None,
    jobs: Annotated[int, typer.Option(help="Number of processes.")] = 1,
    scheduler: Scheduler = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Parameter file, for --params of the other commands.")
    ] = Path("tuned.toml"),
    figure: Annotated[
        Path | None, typer.Option(help="Figure of the search (png, pdf, svg); default beside -o.")
    ] = None,
    log: Annotated[Path | None, typer.Option(help="Log of the evaluations; default beside -o.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the log.")] = False,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")] = False,
    *,
    options: TuneOptions,
) -> None:
    """Find the strengths of a method that suit given images: beta and lam of the model.

    Examples:
      recon tune --grid
      recon tune clean/*.png --sigma 15 --model sigma25-mean-free --jobs 2 -o tuned.toml
      recon tune noisy.png --sigma 25 --criterion sure
      recon tune noisy.png --sigma 25 --criterion sure --method tv --weights 0.02:0.2:5
      recon tune kspace.npy --task mri --criterion holdout
      recon tune blurred.png --task deconvolve --psf psf.tif --sigma 2 --reference sharp.png
      recon tune in.png --task inpaint --mask mask.png --sigma 5 --criterion holdout
      recon tune sinogram.tif --task tomography --angles 0:180:3 --criterion holdout
    """
    from ..files.figures import check_figure_suffix, write_figure
    from ..files.outputs import check_outputs
    from ..files.parameters import Parameters, write_parameters
    from ..files.streams import write_stdout
    from ..priors.choosing import choose_prior
    from ..reporting.progress import say, tuning_progress
    from ..reporting.tune_table import print_tune_table, tune_line
    from ..workflows.tune.budget import parse_budget
    from ..workflows.tune.grid import parse_axis
    from ..workflows.tune.run import Search, caveats, choose_grid, searched
    from ..workflows.tune.run import tune as run
    from .engines import runner_for
    from .tune_inputs import find_files, read_objective

    refuse_opposites(resume=resume, overwrite=overwrite)
    task, mode = options.task, options.mode
    inputs = Inputs(*find_files(images or (), reference or (), task), options)
    texts = {"beta": betas, "lam": lams, "mu": mus, "weight": weights}
    ranges = {name: parse_axis(text, f"--{name}s") for name, text in texts.items() if text is not None}
    if not grid and ranges:
        names = " and ".join(f"--{name}s" for name in ranges)
        raise ReconError(f"{names}: ranges are for --grid, and --climb takes no ranges", 2)
    limit = parse_budget(budget)
    figure, log = figure or output.with_suffix(".png"), log or output.with_suffix(".jsonl")
    check_figure_suffix(figure)
    read = (*inputs.images, *inputs.references, options.mask, model, config, *options.files)
    check_outputs((output, figure, log), read, overwrite or (resume and log.exists()))
    objective, sentences = read_objective(
        inputs, choose_prior(method, "mri" if task == "mri" else "denoise", model)
    )
    prior, measured = objective.prior, objective.cases[0].measurement
    start = prior.usual(measured.task, measured.sigma, mode, measured.weight)
    chosen = choose_grid(start, ranges, objective.criterion) if grid else None
    for sentence in (*sentences, *caveats(start, chosen, objective.criterion)):
        if not quiet:
            say(sentence)
    search = Search(start, chosen, limit, log, resume)
    expected = chosen.expected if chosen else None
    with runner_for(scheduler, jobs) as executor, tuning_progress(expected, quiet) as (show, tell):
        found = run(objective, search, options.settings(), show, tell, executor)
    best = found.best.strengths
    used = prior.at(best).prepare(measured.task, measured.sigma, objective.solver, measured.weight).used
    tuned = Parameters(
        task=task,
        method=method,
        mode=mode if method == "model" else None,
        model=model or used.model,
        strengths=searched(best),
        tol=best.as_json().get("tol"),
        sigma=options.level,
        criterion=objective.criterion.name,
        value=found.best.value,
        images=tuple(map(str, inputs.images)) or ("examples",),
    )
    write_parameters(output, tuned)
    from ..reporting.tune_figure import tune_figure

    words = ", ".join(filter(None, (task, f"mode {mode}" if method == "model" else method, tuned.model)))
    write_figure(figure, tune_figure(found, objective.criterion, words))
    if not quiet:
        print_tune_table(found, objective.criterion)
        if not found.ended:
            say("the budget ended before the search did; a larger one with --resume goes on")
        drawn = "curve" if len(searched(best)) == 1 else "heat map"
        say(f"parameters: {output}, {drawn}: {figure}, log: {log}")
    if json:
        write_stdout(f"{tune_line(found, tuned, output, figure, log)}\n".encode())
