"""What the tables share: their places, the run with its progress, and what is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import ReconError

if TYPE_CHECKING:
    from ...workflows.benchmark.methods import ComparedMethod
    from ...workflows.benchmark.simulations import Simulation


class Places(NamedTuple):
    """Where results go.

    Attributes:
        tables: files.
        log: file of the single results, or None.
    """

    tables: tuple[Path, ...]
    log: Path | None


def choose_places(
    outputs: Sequence[Path],
    log: Path | None,
    data: Sequence[str],
    others: Sequence[Path | str | None],
    resume: bool,
    overwrite: bool,
) -> Places:
    """Return where results go.

    Args:
        outputs: the tables.
        log: of the single results; None takes one beside the first table.
        data: files, patterns and folders that are read.
        others: further files that are read.
        resume: whether to go on with the log.
        overwrite: whether existing files may be replaced.

    Raises:
        ReconError: when a name is in use, has no known suffix, or there is no log to go on with.
    """
    from ...files.images import SUFFIXES
    from ...files.inputs import find_inputs
    from ...files.outputs import check_outputs
    from ...files.tables import check_table_suffix
    from ..methods import refuse_opposites

    refuse_opposites(resume=resume, overwrite=overwrite)
    log = log or (outputs[0].with_suffix(".jsonl") if outputs else None)
    if resume and log is None:
        raise ReconError("--resume needs the log: give --log or -o", 2)
    for path in outputs:
        check_table_suffix(path)
    read = [found.path for found in find_inputs(data, SUFFIXES, recursive=False, endings=())]
    replace = overwrite or (resume and log is not None and log.exists())
    check_outputs((*outputs, log), (*read, *others), replace)
    return Places(tuple(outputs), log)


def make_table(
    methods: Sequence[ComparedMethod],
    simulations: Sequence[Simulation],
    settings: dict[str, Any],
    words: str,
    places: Places,
    resume: bool,
    scheduler: str | None,
    json: bool,
    quiet: bool,
) -> None:
    """Run all methods and report.

    Args:
        methods: what is compared.
        simulations: the images and draws.
        settings: plain JSON values that decide the data.
        words: for the title in the terminal, besides the numbers of images and draws.
        places: of the results.
        resume: whether to go on with the log.
        scheduler: of the workers that run the methods; None runs them here.
        json: print a line of JSON.
        quiet: say nothing but errors.

    Raises:
        ReconError: as `compare`.
    """
    from ...files.streams import write_stdout
    from ...files.tables import write_table
    from ...reporting.benchmark_table import (
        benchmark_cells,
        benchmark_line,
        benchmark_numbers,
        print_benchmark_table,
    )
    from ...reporting.progress import comparison_progress, say
    from ...workflows.benchmark.comparison import compare
    from ..engines import runner_for

    total = len(methods) * len(simulations)
    with runner_for(scheduler) as executor, comparison_progress(total, quiet) as show:
        rows = compare(methods, simulations, settings, places.log, resume, show, executor)
    for path in places.tables:
        cells = benchmark_numbers if path.suffix.lower() == ".csv" else benchmark_cells
        write_table(path, cells(rows))
    draws = len({simulation.draw for simulation in simulations})
    images = len(simulations) // draws
    if not quiet:
        counts = (f"{n} {name}{'s' if n > 1 else ''}" for n, name in ((images, "image"), (draws, "draw")))
        print_benchmark_table(rows, f"{' and '.join(counts)} of the noise, {words}")
        if places.tables:
            say(f"tables: {', '.join(map(str, places.tables))}, log: {places.log}")
    if json:
        fields = settings | {"images": images, "draws": draws}
        write_stdout(f"{benchmark_line(rows, fields)}\n".encode())
