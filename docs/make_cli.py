"""Write docs/cli.md, the reference of the command line, from the program itself.

python docs/make_cli.py
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

PLACE = Path(__file__).with_name("cli.md")
_NOTE = "<!-- Written by docs/make_cli.py from the program; edit the help there. -->\n\n"


def reference() -> str:
    """Return the reference as Markdown."""
    command = [sys.executable, "-m", "typer", "recon_cli.cli.main", "utils", "docs", "--name", "recon"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    text = html.unescape(done.stdout.strip()) + "\n"
    text = re.sub(r"<(\w+)>(?=_denoised|_recon|_mask)", r"\\<\1>", text)
    text = _with_whole_summaries(text)
    return _NOTE + re.sub(r"^Examples:\n((?:  .*\n)+)", _as_code, text, flags=re.MULTILINE)


def _with_whole_summaries(text: str) -> str:
    """Say in lists of commands what each section says first, which Typer cuts."""
    said = dict(re.findall(r"^#+ `(.+)`\n\n(.+)$", text, re.MULTILINE))
    group, lines = "", []
    for line in text.splitlines(keepends=True):
        heading, command = re.match(r"#+ `(.+)`$", line), re.match(r"\* `([\w-]+)`: [^-]", line)
        group = heading[1] if heading else group
        known = said.get(f"{group} {command[1]}") if command else None
        lines.append(f"* `{command[1]}`: {known}\n" if command and known else line)
    return "".join(lines)


def _as_code(found: re.Match[str]) -> str:
    lines = "".join(f"{line.strip()}\n" for line in found[1].splitlines())
    return f"**Examples**:\n\n```bash\n{lines}```\n"


if __name__ == "__main__":
    PLACE.write_text(reference(), "utf-8")
