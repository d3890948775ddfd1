from __future__ import annotations

import re
from pathlib import Path

from .cli.run import recon

ROOT = Path(__file__).resolve().parents[1]


def test_the_first_command_denoises(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    command = re.search(r"&& \.venv/bin/recon (denoise .*)", readme)
    assert command is not None
    arguments = [ROOT / word if word.startswith("examples/") else word for word in command[1].split()]
    done = recon(*arguments, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    score, before = re.search(r"PSNR\s+(\S+) dB \(input (\S+) dB\)", done.stderr).groups()  # type: ignore[union-attr]
    assert float(score) > float(before) + 7
    assert (tmp_path / "camera_denoised.png").is_file()


def test_every_option_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = ["denoise", "mri", "train", "tune", "show-atoms"]
    commands += [f"benchmark {name}" for name in ("denoise", "mri", "figure", "curves")]
    helps = recon("--help").stdout + "".join(recon(*command.split(), "--help").stdout for command in commands)
    others = ("benchmarks/", "torchrun")
    every = readme.split("## Tests")[0].splitlines()
    lines = [line for line in every if not any(word in line for word in others)]
    for option in set(re.findall(r"(?<![-\w])--[a-z][a-z-]+", " ".join(lines))):
        assert option in helps, option
