"""The macro of ImageJ, run by ImageJ itself where it is installed; its dialogs want a screen, or Xvfb."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from skimage import data

MACRO = Path(__file__).resolve().parents[2] / "examples/imagej/Denoise_with_recon.ijm"
JAR = Path("/usr/share/java/ij.jar")
"""Where Debian's package `imagej` has it."""
NOISE = 25 * np.random.default_rng(1).standard_normal((2, 2, 48, 40))
pytestmark = pytest.mark.skipif(
    not (JAR.exists() and shutil.which("java") and shutil.which("xvfb-run")),
    reason=f"ImageJ ({JAR}), java or xvfb-run is not installed",
)


def _run(source: Path, result: Path, **choices: object) -> str:
    """Run the macro on an image; return what it said."""
    recon = Path(sys.executable).with_name("recon")
    given = {"image": source, "result": result, "recon": recon, "sigma": 25, "mode": "unrolled"} | choices
    argument = " ".join(f"{name}=[{value}]" for name, value in given.items())
    line = ["xvfb-run", "-a", "java", "-jar", str(JAR), "-batch", str(MACRO), argument]
    done = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


def test_a_hyperstack_keeps_its_axes_its_calibration_and_is_denoised(tmp_path: Path) -> None:
    clean = np.broadcast_to(data.camera()[60:108, 200:240], NOISE.shape)
    noisy = np.rint((clean + NOISE).clip(0, 255)).astype(np.uint8)
    source, result = tmp_path / "with blanks.tif", tmp_path / "the result.tif"
    about: Any = {"axes": "ZCYX", "spacing": 1.5, "unit": "um"}
    tifffile.imwrite(source, noisy, imagej=True, resolution=(5, 4), metadata=about)
    _run(source, result)
    with tifffile.TiffFile(result) as file:
        (series,), known, page = file.series, file.imagej_metadata, file.pages.first
        found = series.asarray()
    assert (series.axes, found.dtype, found.shape) == ("ZCYX", np.uint8, NOISE.shape)
    assert np.square(found - clean.astype(float)).mean() < 0.3 * np.square(NOISE).mean()
    assert known is not None
    assert (known["spacing"], known["slices"], known["channels"]) == (1.5, 2, 2)
    assert known["unit"] in ("um", "\\u00B5m", "\xb5m")
    assert '"gap": ' in known["Info"]
    for name, wanted in (("XResolution", 5), ("YResolution", 4)):
        above, below = page.tags[name].value  # type: ignore[union-attr]
        assert above / below == pytest.approx(wanted)
    np.testing.assert_array_equal(tifffile.imread(source), noisy)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["the result.tif", "with blanks.tif"]


def test_colours_stay_colours(tmp_path: Path) -> None:
    colours = data.astronaut()[20:60, 180:228]
    source, result = tmp_path / "in.tif", tmp_path / "out.tif"
    tifffile.imwrite(source, colours, photometric="rgb")
    _run(source, result)
    assert tifffile.imread(result).shape == colours.shape


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"sigma": "loud"}, "recon denoise FILE.tif -o RESULT.tif --sigma loud --mode unrolled"),
        ({"sigma": "auto"}, "no noise was found"),
        ({"recon": "/nowhere/recon"}, "/nowhere/recon"),
    ],
)
def test_what_goes_wrong_is_said(tmp_path: Path, choice: dict[str, Any], said: str) -> None:
    source, result = tmp_path / "in.tif", tmp_path / "out.tif"
    tifffile.imwrite(source, np.full((48, 40), 100, np.uint8))
    assert said in _run(source, result, **choice)
    assert not result.exists()
