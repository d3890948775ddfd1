"""The run of `recon denoise` over its files, and what it says of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from .complaints import complain, sentence_of

if TYPE_CHECKING:
    from ..workflows.denoising.files import FileDenoiser
    from ..workflows.denoising.job import Job, Loaded, Solved

SOME_FAILED = 3


def denoise_batch(
    denoiser: FileDenoiser,
    jobs: Sequence[Job],
    skip_existing: bool,
    json: bool,
    quiet: bool,
    verbose: bool,
    debug: bool,
) -> int:
    """Denoise files one after the other; one that fails is told of and does not stop the others.

    Args:
        denoiser: the settings.
        jobs: the files.
        skip_existing: leave out those whose result exists.
        json: print a line of JSON for each.
        quiet: say nothing but errors.
        verbose: print the long report for each of several files.
        debug: let the first error through.

    Returns:
        The exit code: 0, 1 when every file failed, 3 when some did.

    Raises:
        ReconError: the error of a single file.
    """
    from ..files.streams import write_stdout
    from ..reporting.denoise_json import denoising_json, failure_json
    from ..reporting.files_progress import files_progress
    from ..reporting.progress import say
    from ..reporting.report import denoising_line, print_denoising_report
    from ..workflows.denoising.pipeline import run_pipeline

    todo = [job for job in jobs if not (skip_existing and job.target and job.target.exists())]
    if len(todo) < len(jobs) and not quiet:
        say(f"skipped {len(jobs) - len(todo)} of {len(jobs)} images, which have results")
    failed = 0
    with files_progress(
        len(todo), denoiser.solver.fixed_steps if denoiser.prior.name == "model" else None, quiet
    ) as progress:

        def solve(job: Job, loaded: Loaded) -> Solved:
            return denoiser.solve(job, loaded, progress.begin(job.name))

        def print_json(job: Job, line: str) -> None:
            if not json:
                return
            with progress.aside():
                if job.target is None:
                    typer.echo(line, err=True)
                else:
                    write_stdout(f"{line}\n".encode())

        for job, outcome in run_pipeline(todo, denoiser.read, solve, denoiser.write):
            progress.finish()
            if isinstance(outcome, Exception):
                failed += 1
                sentence = sentence_of(outcome)
                print_json(job, failure_json(job, sentence))
                if len(jobs) == 1 or debug:
                    raise outcome
                complain(sentence if job.name in sentence else f"{job.name}: {sentence}")
                continue
            if verbose or (len(jobs) == 1 and not quiet):
                print_denoising_report(job, outcome)
            elif not quiet:
                say(denoising_line(job, outcome))
            print_json(job, denoising_json(job, outcome))
    if failed and len(jobs) > 1 and not quiet:
        say(f"{failed} of {len(jobs)} images failed")
    if not failed:
        return 0
    return 1 if failed == len(jobs) else SOME_FAILED
