from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .corpus import corpus
from .seeds import GREY, seeds

_WATCHED = """
import os, sys
sys.argv[0] = "recon"
from recon_cli.__main__ import main
allowed = (sys.executable,)
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "pickle.find_class", "os.system", "marshal.loads"):
        if event != "marshal.loads" or sys._getframe(1).f_code.co_filename.startswith(os.getcwd()):
            os.write(2, f"FORBIDDEN {event}\\n".encode())
            os._exit(99)
    if event == "subprocess.Popen" and arguments[0] not in allowed:
        os.write(2, f"FORBIDDEN {arguments}\\n".encode())
        os._exit(99)
sys.addaudithook(watch)
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.png", "k.h5", "pickle.npy", "objects.npz", "pickle.safetensors"])
def test_nothing_is_fetched_unpickled_or_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(GREY).save("a.png")
    Path("k.h5").write_bytes(seeds()["kspace fastmri"][0])
    Path("numpy.py").write_text("raise SystemExit('run')")
    bad = {each.name: each.content for each in corpus() if each.use in ("image", "model")}
    if name in bad:
        Path(name).write_bytes(bad[name])
    words = {
        "k.h5": ["mri", name, "--maps", "maps.npy", "--axes", "scyx"],
        "pickle.safetensors": ["denoise", "a.png", "--sigma", "25", "--model", name],
    }.get(name, ["denoise", name, "--sigma", "25", "--mode", "unrolled"])
    np.save("maps.npy", np.ones((2, 6, 8), np.complex64))
    done = subprocess.run(
        [sys.executable, "-P", "-c", _WATCHED, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "FORBIDDEN" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if name == "a.png" else 1), done.stderr
    assert not Path("exploded").exists()
