from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from recon_cli import __version__
from recon_cli.cli import main as cli
from recon_cli.errors import ReconError

from .run import recon, recon_here


def test_the_version_and_the_compiled_loops_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECON_NATIVE", raising=False)
    done = recon("--version")
    first, second = done.stdout.splitlines()
    assert (done.returncode, first) == (0, f"recon {__version__}")
    assert second.startswith("compiled loops: ")
    monkeypatch.setenv("RECON_NATIVE", "0")
    assert recon("--version").stdout.splitlines()[1:] == [
        "compiled loops: not in use (RECON_NATIVE=0 forbids them)"
    ]


@pytest.mark.parametrize(
    ("option", "words"), [("--help", ["denoise", "train", "show-atoms"]), ("--version", ["compiled loops"])]
)
def test_help_names_every_command_and_the_version_is_told_without_torch(
    option: str, words: list[str]
) -> None:
    code = (
        f"import sys; sys.argv = ['recon', '{option}']\n"
        "from recon_cli.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "heavy = {'torch', 'numpy', 'skimage', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for word in words:
        assert word in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("method", ["model", "crr", "tv"])
def test_denoising_does_not_wait_for_what_it_does_without(method: str, photograph: Path) -> None:
    words = [
        "denoise",
        "noisy.png",
        "--sigma",
        "25",
        "--method",
        method,
        "--max-iter",
        "1",
        "-q",
        "-o",
        "o.png",
    ]
    code = (
        f"import sys; sys.argv = {['recon', *words]}\n"
        "from recon_cli.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "slow = {'scipy', 'skimage', 'matplotlib', 'tifffile'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=photograph, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_help_through_a_closed_pipe_ends_quietly() -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "recon_cli", "denoise", "--help"]
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(reading)
        os.close(writing)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, b"")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("recon sh", ["show-atoms"]),
        ("recon denoise in.png --sigma", ["--sigma", "--sigma-units"]),
        ("recon mri --image ", ["auto", "real", "complex"]),
        ("recon tune --model crr", ["crr-sigma25", "crr-sigma5"]),
    ],
)
def test_words_are_completed(words: str, offered: list[str]) -> None:
    asked = {"_RECON_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-m", "recon_cli"], env={**os.environ, **asked}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.split() == offered


def test_completion_is_installed_for_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m recon_cli --install-completion; exit $?"],  # asks who called
        env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "complete -o default -F _recon_completion recon" in "".join(
        path.read_text("utf-8") for path in tmp_path.rglob("*.sh")
    )


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (ReconError("the disk is full"), 1, "recon: the disk is full"),
        (ReconError("no such model", 2), 2, "recon: no such model"),
        (ZeroDivisionError("by zero"), 1, "recon: unexpected ZeroDivisionError: by zero"),
        (KeyboardInterrupt(), 130, "recon: interrupted"),
    ],
)
def test_failures_become_one_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("recon_cli.workflows.denoising.files.read_pictures", fail)
    result = CliRunner().invoke(cli.app, ["denoise", "in.png", "--sigma", "25", "-o", "out.png"])
    assert result.exit_code == code
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1


def test_debug_shows_the_traceback() -> None:
    done = recon("--debug", "denoise", "missing.png", "--sigma", "25")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--loud"], "No such option: --loud"),
        (["denois"], "No such command 'denois'. Did you mean 'denoise'?"),
        (["denoise"], "Missing argument 'images'"),
        (["denoise", "in.png", "--steps", "0"], "Invalid value for '--steps': Input should be greater than"),
        (
            ["denoise", "in.png", "--mode", "fast"],
            "Invalid value for '--mode': 'fast' is not one of 'settled', 'full', 'early-stop', 'unrolled'\n",
        ),
        (
            ["denoise", "in.png", "--mode", "setled"],
            "Invalid value for '--mode': 'setled' is not one of 'settled', 'full', 'early-stop', 'unrolled' "
            "(did you mean settled?)",
        ),
        (["denoise", "a" * 90, "--sigmoid", "5"], "No such option: --sigmoid"),
        (["train", "--scales", "one"], "Invalid value for --scales: give numbers with commas between them"),
        (["train", "--config", "a" * 90, "photos"], "photos is one word more than recon train takes"),
        (
            ["benchmark", "curves", "in.png", "out.pdf"],
            "out.pdf is one word more than recon benchmark curves",
        ),
    ],
)
def test_a_wrong_command_line_is_one_sentence(words: list[str], said: str) -> None:
    done = recon_here(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"recon: {said}")
    assert len(done.stderr.splitlines()) == 1


def test_lines_of_the_help_end_where_the_terminal_does() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"], env={"COLUMNS": "60", "NO_COLOR": "1"}).stdout
    (paragraph,) = (part for part in re.split(r"\n\s*\n", shown) if "may also stand" in part)
    lines = [line.strip() for line in paragraph.splitlines()]
    words = [line.split()[0] for line in lines[1:]]
    assert all(len(line) + 1 + len(word) > 58 for line, word in zip(lines[:-1], words, strict=True))


_COMMANDS: Any = {
    f"{name} {each}".strip(): command
    for name, group in get_command(cli.app).commands.items()  # type: ignore[attr-defined]
    for each, command in getattr(group, "commands", {"": group}).items()
}


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (name, min(parameter.opts, key=len))
        for name, command in _COMMANDS.items()
        for parameter in command.params
        if not getattr(parameter, "is_flag", False)
    ],
)
def test_an_empty_word_is_refused_everywhere(command: str, option: str) -> None:
    words = [option, ""] if option.startswith("-") else [""]
    done = recon_here(*command.split(), *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.fullmatch(rf"recon: Invalid value for .*'?{option}'?.*: it is empty\n", done.stderr)


def test_an_empty_word_of_the_environment_or_behind_an_equals_sign_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "'--params': it is empty" in recon_here("denoise", "in.png", "--params=").stderr
    assert "'images': it is empty" in recon_here("denoise", "in.png", "").stderr
    monkeypatch.setenv("RECON_TUNE_REFERENCE", f"a.png{os.pathsep}")
    assert "'--reference': it is empty" in recon_here("tune", "in.png", "--sigma", 25).stderr
