"""What the tables share: their options, their places, the run with its progress, and what is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ReconError
from ..options import Config, Device, Json, Quiet, Scheduler
from .options import Draws, Log, Models, Outputs, Overwrite, Resume

if TYPE_CHECKING:
    from ...workflows.benchmark.methods import ComparedMethod
    from ...workflows.benchmark.simulations import Simulation


@dataclass(frozen=True, eq=False, repr=False)
class TableOptions:
    """Options by the names that they have on the command line."""

    model: Models = None
    draws: Draws = 1
    output: Outputs = None
    log: Log = None
    resume: Resume = False
    device: Device = "auto"
    scheduler: Scheduler = None
    config: Config = None
    json: Json = False
    quiet: Quiet = False
    overwrite: Overwrite = False

    def check_places(self, data: Sequence[str], *others: Path | str | None) -> Path | None:
        """Return the place of the log, where there is one, when all results may go where they should.

        Args:
            data: files, patterns and folders that are read.
            others: further files that are read.

        Raises:
            ReconError: when a name is in use, has no known suffix, or there is no log to go on with.
        """
        from ...files.images import SUFFIXES
        from ...files.inputs import find_inputs
        from ...files.outputs import check_outputs
        from ...files.tables import check_table_suffix
        from ..methods import refuse_opposites

        refuse_opposites(resume=self.resume, overwrite=self.overwrite)
        outputs = self.output or []
        log = self.log or (outputs[0].with_suffix(".jsonl") if outputs else None)
        if self.resume and log is None:
            raise ReconError("--resume needs the log: give --log or -o", 2)
        for path in outputs:
            check_table_suffix(path)
        found = [found.path for found in find_inputs(data, SUFFIXES, recursive=False, endings=())]
        read = (*found, *others, self.config, *(self.model or ()))
        check_outputs((*outputs, log), read, self.overwrite or (self.resume and bool(log and log.exists())))
        return log

    def make(
        self,
        methods: "Sequence[ComparedMethod]",
        simulations: "Sequence[Simulation]",
        settings: dict[str, Any],
        words: str,
        log: Path | None,
    ) -> None:
        """Run all methods and report.

        Args:
            methods: what is compared.
            simulations: the images and draws.
            settings: plain JSON values that decide the data.
            words: for the title in the terminal, besides the numbers of images and draws.
            log: file of the single results, or None.

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

        total, tables = len(methods) * len(simulations), self.output or []
        with runner_for(self.scheduler) as executor, comparison_progress(total, self.quiet) as show:
            rows = compare(methods, simulations, settings, log, self.resume, show, executor)
        for path in tables:
            cells = benchmark_numbers if path.suffix.lower() == ".csv" else benchmark_cells
            write_table(path, cells(rows))
        draws = len({simulation.draw for simulation in simulations})
        images = len(simulations) // draws
        if not self.quiet:
            counts = (f"{n} {name}{'s' if n > 1 else ''}" for n, name in ((images, "image"), (draws, "draw")))
            print_benchmark_table(rows, f"{' and '.join(counts)} of the noise, {words}")
            if tables:
                say(f"tables: {', '.join(map(str, tables))}, log: {log}")
        if self.json:
            fields = settings | {"images": images, "draws": draws}
            write_stdout(f"{benchmark_line(rows, fields)}\n".encode())
