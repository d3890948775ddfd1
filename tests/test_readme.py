from __future__ import annotations

import re
from pathlib import Path

from .cli.run import recon

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_first_command_denoises(tmp_path: Path) -> None:
    command = re.search(r"&& \.venv/bin/recon (denoise .*)", README)
    assert command is not None
    arguments = [ROOT / word if word.startswith("examples/") else word for word in command[1].split()]
    done = recon(*arguments, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    score, before = re.search(r"PSNR\s+(\S+) dB \(input (\S+) dB\)", done.stderr).groups()  # type: ignore[union-attr]
    assert float(score) > float(before) + 7
    assert (tmp_path / "camera_denoised.png").is_file()


def test_it_is_short_and_has_four_pictures_and_links_that_lead_somewhere() -> None:
    """What its code does is tested with that of the pages, in `docs/test_pages.py`."""
    assert len(README.splitlines()) <= 150
    assert len(re.findall(r"!\[[^\]]+\]\(", README)) == 4
    links = re.findall(r"\]\((?!https://)([^)#]+)", README)
    assert len(links) > 30
    assert [link for link in links if not (ROOT / link).is_file()] == []
