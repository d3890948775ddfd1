"""Nothing that lies in the current folder is obeyed: no module, no settings of a library."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from .seeds import MASK, TRAINING_CONFIGURATION, hdf5

pytestmark = pytest.mark.slow

_SPY = "import os\nos.close(os.open({mark!r}, os.O_CREAT | os.O_WRONLY))\n"
_MODULES = (
    "multiprocessing/__init__", "sitecustomize", "usercustomize", "signal", "numpy", "torch", "h5py",
    "recon_cli", "yaml", "matplotlib/__init__", "_ops", "_classes", "tensorboard", "encodings",
)  # fmt: skip
_SETTINGS = {
    "matplotlibrc": "figure.facecolor: red\nlines.linewidth: 9\nfont.size: 30\nbackend: no-such-one\n",
    ".env": "RECON_DENOISE_SIGMA=1\n",
    "spy.pth": "import multiprocessing\n",
    "pyvenv.cfg": "home = .\n",
    "pyproject.toml": "[tool.recon]\nsigma = 1\n",
    "setup.cfg": "[recon]\nsigma = 1\n",
}
COMMANDS = {
    "denoise": "denoise in.png --sigma 25 --method wavelet --figure out.svg",
    "report": "denoise in.png --sigma 25 --method wavelet --report out.html",
    "info": "info in.png",
    "mri": "mri in.h5 --maps auto --max-iter 3 --figure out.svg -o out.nii.gz",
    "tune": "tune in.png --sigma 25 --mode unrolled --betas 0.4 --lams 3e-4:5e-4:2 --jobs 2 -o out.toml",
    "train": "train --config in.toml --data in --tensorboard out -o out.safetensors",
    "show-atoms": "show-atoms -o out.svg",
    "curves": "benchmark curves in.png --max-iter 2 -o out.svg",
    "figure": "benchmark figure in.png --methods nlm,model:unrolled -o out.svg",
}
_OWN = re.compile(r"(in\b|out|\.recon-|\.tmp|strace)")
"""Names of what a command reads and writes; safetensors makes .tmp files."""


def _prepare(folder: Path) -> None:
    picture = data.camera()[100:132, 200:232]
    (folder / "in").mkdir(parents=True)
    for place in ("in.png", "in/a.png"):
        Image.fromarray(picture).save(folder / place)
    (folder / "in.toml").write_bytes(TRAINING_CONFIGURATION)
    coils = np.stack([picture / 255 * weight for weight in (1, 0.5j)])
    samples = np.fft.fftshift(np.fft.fft2(coils, norm="ortho"), (1, 2)).astype(np.complex64)
    (folder / "in.h5").write_bytes(hdf5({"kspace": samples[None], "mask": np.resize(MASK | True, 32)}))


def _set_traps(folder: Path, mark: Path) -> None:
    for name in _MODULES:
        place = folder / f"{name}.py"
        place.parent.mkdir(exist_ok=True)
        place.write_text(_SPY.format(mark=str(mark)))
    for name, text in _SETTINGS.items():
        (folder / name).write_text(text)


def _run(folder: Path, *words: str, before: Sequence[str] = ()) -> None:
    library = folder.parents[1] / "library"
    library.mkdir()
    (library / "yaml.py").write_text("def safe_load(file): raise SystemExit('obeyed')\n")
    script = "import sys; sys.argv[0] = 'recon'; from recon_cli.__main__ import main; main()"
    places = filter(None, (str(library), os.environ.get("PYTHONPATH")))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "NO_COLOR": "1"}
    done = subprocess.run(
        [*before, sys.executable, "-P", "-c", script, *words],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "matplotlibrc" not in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_what_lies_there_is_neither_obeyed_nor_opened(tmp_path: Path, name: str) -> None:
    outer, mark = tmp_path / "outer", tmp_path / "obeyed"
    folder = outer / "here"
    _prepare(folder)
    for place in (outer, folder):
        _set_traps(place, mark)
    calls = tmp_path / "calls"
    trace = "trace=open,openat,execve"
    strace = ["strace", "-f", "--seccomp-bpf", "-s", "999", "-e", trace, "-o", str(calls)]
    _run(folder, *COMMANDS[name].split(), before=strace if shutil.which("strace") else ())
    assert not mark.exists()
    if calls.exists():
        assert not _strangers(calls.read_text(errors="replace"), outer, folder)


def _strangers(calls: str, outer: Path, folder: Path) -> set[str]:
    """Return what was opened in the current folder or above, and belongs to no command."""
    found = set()
    for path in re.findall(r'(?:open\(|openat\(AT_FDCWD, |execve\()"([^"]*)"', calls):
        place = os.path.relpath(folder / path, folder)
        if Path(folder, path).resolve().is_relative_to(outer) and place != "." and not _OWN.match(place):
            found.add(path)
    return found
