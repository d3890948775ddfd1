"""Hold one version of the project against another: what each command, mode and method gives, and how fast.

    git worktree add --detach ../before b620f03
    python benchmarks/compare_versions.py ../before .
    python benchmarks/compare_versions.py ../before . --only '^mri' --renamed '/tol$=/stop' --ignored 'gap$'
    python benchmarks/compare_versions.py ../before . --times 5

b620f03 is the commit before the redesign. Both checkouts need compiled kernels, which `pip install -e .`
makes in a checkout; or neither has them. The commands are in compare_versions.toml. Each runs on the same
small photographs, in a process and a folder of its own. Every value that it gives has a name, as
`denoise full/json/0/objective`, `denoise full/out.npy/values` or `train crr/new.safetensors/metadata/sigma`;
the patterns of the options are regular expressions for parts of these names.

The exit code is 1 where an old command fails, or a value is gone or changed: an array by more than the
tolerance (images of whole numbers count as [0, 1]), a number by more than the tolerance of its size, all else
at all. What is new, and lines of text that are gone, are printed alone. PDF, TeX and the like only have to
be there. The times of a comparison are those of the processors; for speed there is --times.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from version_inputs import make_inputs
from version_values import compare, distance, leaves, parsed, read, renamed

UNLIKE = r"/(seconds|peak_memory_mib)$"
"""Names of values that differ from run to run."""


@dataclass
class Outcome:
    """What a command gave.

    Attributes:
        values: arrays, numbers and words by name.
        text: lines for people, with `#` for numbers.
        seconds: of the whole command, its processors' time, and its own count of the solver.
    """

    values: dict[str, Any]
    text: set[str]
    seconds: tuple[float, float, float]


def environment(checkout: Path, threads: int = 1) -> dict[str, str]:
    """Return the variables with which the checkout's program runs, and not an installed one."""
    own = {"PYTHONPATH": str(checkout / "src"), "OMP_NUM_THREADS": str(threads)}
    return {**os.environ, **own, "COLUMNS": "200", "NO_COLOR": "1"}


def run(checkout: Path, line: str, inputs: Path, threads: int) -> Outcome:
    """Run commands, divided by ` ; `, in a new folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        shutil.copytree(inputs, folder)
        given = {path.relative_to(folder) for path in folder.rglob("*")}
        lines, codes, texts = [], [], []
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        for part in line.split(" ; "):
            command = [sys.executable, "-m", "recon_cli", *part.split(" ")]
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment(checkout, threads),
                capture_output=True,
                text=True,
                check=False,
            )
            codes.append(done.returncode)
            said = [parsed(text) for text in done.stdout.splitlines()]
            lines += [text for text in said if isinstance(text, dict)]
            texts += [text for text in said if isinstance(text, str)] + done.stderr.splitlines()
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        values = {"exit code": codes, "json": lines}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.relative_to(folder) not in given:
                values[str(path.relative_to(folder))] = read(path)
    if any(codes):
        print("\n".join(texts), file=sys.stderr)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    own = sum(said.get("seconds") or 0.0 for said in lines)
    named = {key: leaf for name, value in values.items() for key, leaf in leaves(value, name)}
    return Outcome(
        named, {re.sub(r"[\d.]+(e[+-]?\d+)?", "#", " ".join(t.split())) for t in texts}, (wall, busy, own)
    )


def compiled(checkout: Path) -> bool:
    """Tell whether the checkout has compiled kernels; refuse a folder in whose place another would run."""
    where = [sys.executable, "-c", "import recon_cli; print(recon_cli.__file__)"]
    said = subprocess.run(where, cwd=checkout, env=environment(checkout), stdout=subprocess.PIPE, text=True)
    package = checkout / "src" / "recon_cli"
    if said.stdout.strip() != str(package / "__init__.py"):
        raise SystemExit(f"{checkout} is no checkout of the project: its src has no recon_cli")
    return any(package.rglob("kernels*.so"))


def compare_all(commands: dict[str, str], asked: argparse.Namespace, inputs: Path) -> bool:
    """Run the commands with both versions, print what differs, and tell whether anything is wrong."""
    ignored = "|".join([UNLIKE, *asked.ignored])
    wrong = []
    for command, line in commands.items():
        old, new = (run(place, line, inputs, asked.threads) for place in (asked.before, asked.after))
        before = renamed(old.values, command, asked.renamed, ignored)
        after = renamed(new.values, command, [], ignored)
        found = compare(before, after, asked.tolerance)
        shared = [(distance(before[name], after[name]), before[name]) for name in before if name in after]
        arrays = max((size for size, value in shared if isinstance(value, np.ndarray)), default=0.0)
        others = max((size for size, value in shared if not isinstance(value, np.ndarray)), default=0.0)
        failed = any(value for name, value in old.values.items() if name.startswith("exit code"))
        verdict = "FAILS" if failed else "DIFFERS" if any(one.wrong for one in found) else "same"
        wrong += [command] * (verdict != "same")
        print(
            f"{command:32} {verdict:8} {len(shared):5} values, arrays {arrays:7.1e}, "
            f"others {others:7.1e}, {old.seconds[1]:5.1f} s, {new.seconds[1]:5.1f} s"
        )
        for difference in found:
            print(f"    {difference.name} {difference.what} ({difference.size:.1e})")
        for text in sorted(old.text - new.text):
            print(f"    text that is gone: {text}")
        sys.stdout.flush()
    print(f"{len(commands)} commands, {len(wrong)} differ or fail: {', '.join(wrong) or 'none'}")
    return bool(wrong)


def time_all(commands: dict[str, str], asked: argparse.Namespace, inputs: Path) -> None:
    """Run the commands with both versions in turns, and print medians and their ratios."""
    places = (asked.before, asked.after)
    print(f"medians of {asked.times}, seconds before, after, and after / before")
    for command, line in commands.items():
        taken: dict[Path, list[tuple[float, float, float]]] = {place: [] for place in places}
        for turn in range(asked.times):
            for place in places[:: -1 if turn % 2 else 1]:
                taken[place].append(run(place, line, inputs, asked.threads).seconds)
        cells = []
        for kind, name in enumerate(("command", "processors", "solver")):
            old, new = (statistics.median(seconds[kind] for seconds in taken[place]) for place in places)
            if old and new:
                cells.append(f"{name} {old:6.2f} {new:6.2f} {new / old:6.3f}")
        print(f"{command:20} {'   '.join(cells)}", flush=True)


def main() -> None:
    """Compare, or take times."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("before", type=Path, help="checkout of the old version")
    parser.add_argument("after", type=Path, help="checkout of the new version")
    parser.add_argument("--only", default="", metavar="PATTERN", help="commands to run, by their names")
    parser.add_argument("--tolerance", type=float, default=1e-6)
    parser.add_argument(
        "--ignored", action="append", default=[], metavar="PATTERN", help="values to leave out"
    )
    parser.add_argument("--renamed", action="append", default=[], metavar="PATTERN=NEW", help="of old names")
    parser.add_argument("--times", type=int, metavar="N", help="take times N times instead")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    asked.before, asked.after = asked.before.resolve(), asked.after.resolve()
    if compiled(asked.before) != compiled(asked.after):
        raise SystemExit("one of the checkouts lacks compiled kernels: `pip install -e .` there makes them")
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    commands = lists["timed" if asked.times else "compared"]
    commands = {name: line for name, line in commands.items() if re.search(asked.only, name)}
    with tempfile.TemporaryDirectory() as name:
        make_inputs(Path(name))
        if asked.times:
            time_all(commands, asked, Path(name))
        elif compare_all(commands, asked, Path(name)):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
