from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from typer.main import get_command

from recon_cli.cli.main import app

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


def _options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


GROUP: Any = get_command(app)
OPTIONS = {
    f"{name} {each}".strip(): _options(command) | {"--help"}
    for name, group in GROUP.commands.items()
    for each, command in getattr(group, "commands", {"": group}).items()
}
OPTION = r"(?<![-\w])(?:--[a-z](?:-?[a-z])*|-[a-z](?![-\w]))"
COMMAND = re.compile(r"recon (" + "|".join(sorted(OPTIONS, reverse=True)) + r")\b([^`|>&]*)")


def _lines() -> list[str]:
    """Return the lines of the README that are about the command and not about other programs."""
    every = (ROOT / "README.md").read_text("utf-8").split("## Tests")[0].splitlines()
    return [line for line in every if "benchmarks/" not in line and "torchrun" not in line]


def test_every_command_of_the_readme_has_its_options() -> None:
    found = [(command, rest) for line in _lines() for command, rest in COMMAND.findall(line)]
    assert len({command for command, _ in found}) == len(OPTIONS)
    for command, rest in found:
        assert set(re.findall(OPTION, rest)) <= OPTIONS[command], (command, rest)


def test_every_option_of_the_readme_exists() -> None:
    """In prose it need not be said of which command."""
    known = _options(GROUP).union({"--install-completion"}, *OPTIONS.values())
    named = set(re.findall(OPTION, " ".join(_lines())))
    assert len(named) > 50
    assert {name for name in named if name.startswith("--")} <= known


def test_the_lines_of_python_run_as_they_stand() -> None:
    rng = np.random.default_rng(0)
    clean = np.kron(rng.random((3, 3)), np.ones((4, 4)))
    noisy = (clean + 0.1 * rng.standard_normal(clean.shape)).astype(np.float32)
    kspace = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(noisy), norm="ortho")).astype(np.complex64)
    names = {
        "noisy": noisy,
        "counts": (4095 * noisy.clip(0, 1)).astype(np.uint16),
        "photo": np.repeat(noisy[..., None], 3, -1),
        "kspace": np.stack([kspace / 2**0.5] * 2),
        "mask": np.ones(noisy.shape, bool),
    }
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        if "mri(" in block:  # maps are estimated from more than these few samples
            block = block.replace("mask,", "mask, maps=np.full((2, 12, 12), 0.5**0.5, np.complex64),")
        exec(block, names | {"np": np})
