"""Open a page in a real browser without a screen, click through it, and say what it shows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--virtual-time-budget=2000",
)  # fmt: skip


def seen_in_browser(page: Path, script: str, folder: Path) -> Any:
    """Open a page, and run a script in it once it is loaded.

    Args:
        page: the file.
        script: the body of a function that returns what is to be known, as JSON values.
        folder: empty, for the browser.

    Returns:
        What the script returned.
    """
    text = page.read_text("utf-8")
    watch = "<script>window.wrong = []; window.onerror = (said) => wrong.push(said);</script>"
    tell = (
        f"<script>window.onload = () => {{ const found = (() => {{ {script} }})();"
        "document.body.innerHTML = ''; const place = document.createElement('output');"
        "place.textContent = JSON.stringify([window.wrong, found]); document.body.append(place); };</script>"
    )
    assert text.count("</head>") == text.count("</body>") == 1
    copy = page.with_name(f"opened_{page.name}")
    copy.write_text(text.replace("</head>", f"{watch}</head>").replace("</body>", f"{tell}</body>"), "utf-8")
    command = [str(BROWSER), *_FLAGS, f"--user-data-dir={folder}", "--dump-dom", copy.resolve().as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    copy.unlink()
    told = re.search(r"<output>(.*)</output>", done.stdout)
    assert told, done.stdout[-500:] + done.stderr
    wrong, found = json.loads(unescape(told[1]))
    assert wrong == []
    return found
