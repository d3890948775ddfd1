"""Which files `recon denoise` works on, and where their results go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ReconError

if TYPE_CHECKING:
    from ..workflows.denoising.job import Job

ENDING = "_denoised"


def choose_jobs(
    words: Sequence[str],
    output: str | None,
    reference: Path | None,
    recursive: bool,
    to_format: str | None,
    figure: str | None = None,
    others: Sequence[Path | str | None] = (),
) -> list[Job]:
    """Return what is to be done.

    Args:
        words: files, patterns, folders, or `-` for standard input.
        output: a file or a folder, `-` for standard output, or None.
        reference: the clean image; for several inputs a folder with one of the same name for each.
        recursive: whether folders are searched to the bottom.
        to_format: of standard output, where the user chose one.
        figure: a file, or a suffix for one beside each result, or None.
        others: further files that are read, and that no result may replace.

    Raises:
        ReconError: when nothing is found, or things do not go together.
    """
    from ..files.figures import ENDING as FIGURE
    from ..files.figures import plan_figures
    from ..files.images.write import SUFFIXES, natural_suffix
    from ..files.inputs import find_inputs
    from ..files.outputs import part_from_inputs, plan_outputs
    from ..files.streams import refuse_terminal
    from ..workflows.denoising.job import Job

    piped = "-" in words
    if piped and len(words) > 1:
        raise ReconError("- is standard input and stands alone", 2)
    if piped and output and output != "-" and Path(output).is_dir():
        raise ReconError(f"standard input has no name; give -o a file, not the folder {output}", 2)
    found = [] if piped else find_inputs(words, SUFFIXES, recursive, [ENDING, ENDING + FIGURE])
    if output == "-" or (piped and output is None):
        if len(found) > 1:
            raise ReconError(f"there are {len(found)} inputs, and standard output takes one", 2)
        refuse_terminal()
        targets: list[Path | None] = [None]
    else:
        if to_format:
            raise ReconError("--format is for standard output; the suffix after -o decides for files", 2)
        targets = (
            [Path(output)] if piped and output else [*plan_outputs(found, output, ENDING, natural_suffix)]
        )
    sources = [None] if piped else [source.path for source in found]
    many = reference is not None and reference.is_dir()
    if reference and len(sources) > 1 and not many:
        raise ReconError(
            f"there are {len(sources)} inputs; --reference has to be a folder of clean images", 2
        )
    if many and piped:
        raise ReconError("standard input has no name; give --reference a file", 2)
    jobs = [
        Job(source, target, reference / source.name if reference and many and source else reference, drawn)
        for source, target, drawn in zip(sources, targets, plan_figures(targets, figure), strict=True)
    ]
    outputs = (place for job in jobs for place in (job.target, job.figure) if place)
    inputs = (place for job in jobs for place in (job.source, job.reference))
    part_from_inputs(outputs, (*inputs, *others))
    return jobs


def make_folders(jobs: Sequence[Job], output: str | None) -> None:
    """Make the folder that the user named with a slash at its end, and those inside it.

    Raises:
        ReconError: when that fails.
    """
    from ..files.outputs import is_folder

    if output is None or not is_folder(output):
        return
    for folder in sorted({job.target.parent for job in jobs if job.target}):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReconError(f"cannot make the folder {folder}: {error.strerror or error}") from error


def parse_range(text: str | None) -> tuple[float, float] | None:
    """Return the two numbers of `--range`.

    Raises:
        ReconError: when there are not two numbers, the smaller one first.
    """
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low, high = 0.0, 0.0
    if not float("-inf") < low < high < float("inf"):
        raise ReconError(f"--range takes two numbers, the smaller one first, as 0,4095; and is {text}", 2)
    return low, high
