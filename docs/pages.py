"""The code of documentation pages: what stands in their fences, and how it is run.

Blocks of a page are run in order, in one folder that has a copy of `examples/`; blocks of Python share their
names. A comment `<!-- not run: REASON -->` right above a block says that nobody but the reader has what it
needs.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"(?:^<!-- (?P<note>.*?) -->\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.M | re.S)
_INSTALLS = re.compile(r"python3 -m venv|\.venv/bin/pip|pip install|mkdocs ")
Shell = Callable[[str, Path], None]


class Block(NamedTuple):
    """Code of a page.

    Attributes:
        language: as the fence names it.
        code: between the fences.
        note: of the comment above; empty without one.
    """

    language: str
    code: str
    note: str

    @property
    def is_run(self) -> bool:
        """Whether anybody can run it."""
        return self.language in ("bash", "python") and not self.note.startswith("not run")


def pages() -> list[Path]:
    """Return the README and every page, but the reference that the program writes."""
    return [ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if page.name != "cli.md")]


def blocks(page: Path) -> list[Block]:
    """Return the code of a page in order."""
    found = _FENCE.finditer(page.read_text("utf-8"))
    return [Block(each["language"], each["code"], each["note"] or "") for each in found]


def lines(block: Block) -> list[str]:
    """Return the lines of a shell block; one that ends with a backslash goes on."""
    joined = block.code.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def commands(line: str) -> Iterator[list[str]]:
    """Yield the words of each `recon` command of a line, without `recon`."""
    splitter = shlex.shlex(line, posix=True, punctuation_chars=True)
    splitter.whitespace_split = True
    words: list[str] = []
    for word in [*splitter, ";"]:
        if set(word) <= set("|&;<>()"):
            place = next((k for k, each in enumerate(words) if Path(each).name == "recon"), None)
            if place is not None:
                yield words[place + 1 :]
            words = []
        else:
            words.append(word)


def shell(line: str, folder: Path) -> None:
    """Run a line with the `recon` of this Python.

    Raises:
        CalledProcessError: when it fails.
    """
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": places, "COLUMNS": "110", "NO_COLOR": "1"}
    subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=folder, env=environment, check=True)


def run(page: Path, folder: Path, run_line: Shell = shell) -> dict[str, Any]:
    """Run the code of a page.

    Args:
        page: a Markdown file.
        folder: an empty one, which is the current folder meanwhile.
        run_line: runs a line of shell in a folder.

    Returns:
        The names that its Python has made.
    """
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    names: dict[str, Any] = {"__name__": page.stem}
    before = Path.cwd()
    os.chdir(folder)
    try:
        for block in blocks(page):
            if block.is_run and block.language == "python":
                exec(compile(block.code, f"<{page.name}>", "exec", dont_inherit=True), names)
            elif block.is_run:
                for line in lines(block):
                    if not _INSTALLS.search(line):
                        run_line(line, folder)
    finally:
        os.chdir(before)
    return names
