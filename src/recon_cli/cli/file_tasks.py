"""Which files a command works on, and where their results go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ReconError

if TYPE_CHECKING:
    from ..files.inputs import Found
    from ..workflows.file_workflow import FileTask
    from .file_options import FileOptions


@dataclass(frozen=True)
class FileKind:
    """What the inputs and results of a command are.

    Attributes:
        suffixes: of the inputs that are taken from folders.
        ending: of the names of results.
        suffix_of: gives the suffix of the result of an input.
        zero_filled: suffixes of the zero-filled images that may be written too; empty where there are none.
    """

    suffixes: Collection[str]
    ending: str
    suffix_of: Callable[[Path], str]
    zero_filled: Sequence[str] = ()


def plan_tasks(
    words: Sequence[str],
    kind: FileKind,
    options: FileOptions,
    others: Sequence[Path | str | None],
    zero_filled: str | None = None,
) -> list[FileTask]:
    """Return what is to be done; nothing is read but names.

    Args:
        words: files, patterns, folders, or `-` for standard input.
        kind: what they are.
        options: of the command. Its reference is a folder with one of the same name for each of several
            inputs, its figure a file or a suffix for one beside each result, its report as of `plan_reports`.
        others: further files that are read, and that no result may replace.
        zero_filled: a file, or a suffix for one beside each result, or None.

    Raises:
        ReconError: when nothing is found, or things do not go together.
    """
    from ..files.companions import plan_companions
    from ..files.figures import ENDING as FIGURE
    from ..files.figures import plan_figures
    from ..files.inputs import find_inputs
    from ..files.outputs import is_folder, part_from_inputs
    from ..files.report_places import ENDING as REPORT
    from ..files.report_places import plan_reports, table_place
    from ..workflows.file_workflow import FileTask

    piped, output, report = "-" in words, options.output, options.report
    others = (options.config, *others)
    if piped and len(words) > 1:
        raise ReconError("- is standard input, beside which no other input may stand", 2)
    if piped and output and is_folder(output):
        raise ReconError(f"standard input has no name; give -o a file, not the folder {output}", 2)
    endings = [kind.ending + more for more in ("", FIGURE, _ZERO_FILLED, REPORT)]
    found = [] if piped else find_inputs(words, kind.suffixes, options.recursive, endings, others)
    targets = _targets(found, output, kind)
    sources = [None] if piped else [source.path for source in found]
    references = _references(sources, options.reference)
    figures = plan_figures(targets, options.figure)
    starts: list[Path | None] = [None] * len(targets)
    if zero_filled:
        starts = plan_companions(targets, zero_filled, "--zero-filled", _ZERO_FILLED, kind.zero_filled)
    reports, table = plan_reports(targets, report), table_place(report, len(targets))
    every = zip(sources, targets, references, figures, starts, reports, strict=True)
    tasks = [FileTask(*each) for each in every]
    outputs = [place for task in tasks for place in task.outputs] + ([table] if table else [])
    inputs = (place for task in tasks for place in (task.source, task.reference))
    part_from_inputs(outputs, (*inputs, *others))
    return tasks


_ZERO_FILLED = "_zero_filled"


def _targets(found: Sequence[Found], output: str | None, kind: FileKind) -> list[Path | None]:
    """Return the place of each result; nothing was found where standard input is read."""
    from ..files.outputs import plan_outputs
    from ..files.streams import refuse_terminal

    if output == "-" or (not found and output is None):
        if len(found) > 1:
            raise ReconError(f"there are {len(found)} inputs, and standard output takes one", 2)
        refuse_terminal()
        return [None]
    if not found and output:
        return [Path(output)]
    return [*plan_outputs(found, output, kind.ending, kind.suffix_of)]


def _references(sources: Sequence[Path | None], reference: Path | None) -> list[Path | None]:
    if reference is None or not reference.is_dir():
        if reference and len(sources) > 1:
            raise ReconError(
                f"there are {len(sources)} inputs; --reference has to be a folder with one for each", 2
            )
        return [reference] * len(sources)
    if None in sources:
        raise ReconError("standard input has no name; give --reference a file", 2)
    return [_reference_of(source, reference) for source in sources if source]


def _reference_of(source: Path, folder: Path) -> Path:
    """Return the reference of the same name; where there is none, that of the same name but the suffix."""
    same = folder / source.name
    if same.exists():
        return same
    alike = sorted(path for path in folder.iterdir() if path.stem == source.stem and path.is_file())
    if len(alike) > 1:
        raise ReconError(f"{alike[0]} and {alike[1]} could both be the reference of {source}", 2)
    return alike[0] if alike else same


def make_folders(tasks: Sequence[FileTask], output: str | None) -> None:
    """Make the folder that the user named with a slash at its end, and those inside it.

    Raises:
        ReconError: when that fails.
    """
    from ..files.outputs import is_folder

    if output is None or not is_folder(output):
        return
    for folder in sorted({task.target.parent for task in tasks if task.target}):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReconError(f"cannot make the folder {folder}: {error.strerror or error}") from error
