from __future__ import annotations

import re
import shlex
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ..browser import needs_browser, seen_in_browser
from .run import recon_here

RANDOM = np.random.default_rng(0)
CLEAN = np.tile(np.linspace(60, 200, 32), (40, 1))
FAST = ("--sigma", 10, "--mode", "unrolled")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, entered, with noisy images in grey and in colour, and k-space."""
    monkeypatch.chdir(tmp_path)
    for name, shape in (("a", (40, 32)), ("b", (40, 32)), ("rgb", (40, 32, 3))):
        noisy = CLEAN.reshape(40, 32, *[1] * (len(shape) - 2)) + 10 * RANDOM.standard_normal(shape)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(f"{name}.png")
    Image.fromarray(CLEAN.astype(np.uint8)).save("clean.png")
    kspace = np.fft.fftshift(np.fft.fft2(CLEAN / 255, norm="ortho"))
    np.save("k.npy", (kspace * (RANDOM.random(kspace.shape) < 0.6)).astype(np.complex64))
    return tmp_path


def command_on(page: str) -> list[str]:
    found = re.search(r"<pre id='command'>(.*?)</pre>", page, re.DOTALL)
    assert found
    return shlex.split(unescape(found[1]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("denoise a.png --sigma 10 --mode unrolled", "standard deviation"),
        ("denoise a.png --sigma 10", "Certificate"),
        ("denoise rgb.png --sigma 10 --mode unrolled", "standard deviation"),
        ("denoise a.png --noise poisson --gain 2 --mode unrolled", "standard deviation"),
        ("inpaint a.png --mask m.png --method tv", "standard deviation"),
        ("deconvolve a.png --psf gaussian:1 --sigma 10 --method tv", "standard deviation"),
        ("upscale a.png --factor 2 --sigma 10 --method tv", "standard deviation"),
        ("mri k.npy --fft shifted --method tv", "Residual of k-space"),
        ("tomography s.npy --angles 0:180:15 --method tv", "Residual of data"),
        ("mri k.npy --fft shifted --method zero-filling", "zero-filled"),
    ],
)
def test_every_command_makes_a_page_whose_command_makes_the_result_once_more(
    folder: Path, words: str, said: str
) -> None:
    np.save("s.npy", 30 + 5 * RANDOM.random((12, 32)).astype(np.float32))
    Image.fromarray((255 * (RANDOM.random((40, 32)) < 0.8)).astype(np.uint8)).save("m.png")
    suffix = "npy" if words.startswith(("mri", "tomography")) else "png"
    done = recon_here(*words.split(), "-o", f"out.{suffix}", "--report", "page.html")
    assert done.exit_code == 0, done.stderr
    page, result = Path("page.html").read_text("utf-8"), Path(f"out.{suffix}").read_bytes()
    assert said in page
    assert re.search(r"^report +page\.html$", done.stderr, re.MULTILINE)
    again = command_on(page)
    assert set(shlex.split(words)) <= set(again)
    Path(f"out.{suffix}").unlink()
    assert recon_here(*again[1:]).exit_code == 0
    assert Path(f"out.{suffix}").read_bytes() == result


@pytest.mark.slow
def test_the_command_holds_what_came_from_the_environment_and_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("c.toml").write_text("sigma = 10\n")
    monkeypatch.setenv("RECON_DENOISE_MODE", "unrolled")
    done = recon_here("denoise", "a.png", "--config", "c.toml", "--report", "page.html", "-q")
    assert done.exit_code == 0, done.stderr
    again = command_on(Path("page.html").read_text("utf-8"))
    assert again == shlex.split("recon denoise a.png --sigma 10 --mode unrolled -o a_denoised.png")


def test_a_page_says_what_the_files_say_and_stands_in_the_line_of_json(folder: Path) -> None:
    done = recon_here("denoise", "a.png", *FAST, "--reference", "clean.png", "--report", ".html", "--json")
    assert done.exit_code == 0, done.stderr
    assert '"report": "a_denoised_report.html"' in done.stdout
    page = Path("a_denoised_report.html").read_text("utf-8")
    assert "PSNR" in page
    assert "value='reference'" in page


@pytest.mark.parametrize("report", ["page.pdf", "page"])
def test_another_suffix_is_refused(folder: Path, report: str) -> None:
    done = recon_here("denoise", "a.png", *FAST, "--report", report)
    assert (done.exit_code, [*folder.glob("*_denoised*")]) == (2, [])
    assert "the name of a report has to end in .html" in done.stderr


@pytest.mark.slow
def test_of_a_batch_there_is_a_table_and_a_page_beside_each_result(folder: Path) -> None:
    Path("bad.png").write_bytes(b"no picture")
    Path("out").mkdir()
    done = recon_here("denoise", "a.png", "bad.png", "b.png", *FAST, "-o", "out/", "--report", "table.html")
    assert done.exit_code == 3
    assert {path.name for path in Path("out").glob("*.html")} == {f"{n}_denoised_report.html" for n in "ab"}
    table = Path("table.html").read_text("utf-8")
    assert "3 files, of which 1 failed" in table
    assert "<a href='out/a_denoised_report.html'>a.png</a>" in table
    again = command_on(Path("out/b_denoised_report.html").read_text("utf-8"))
    assert (again[2], again[-2:]) == ("b.png", ["-o", "out/b_denoised.png"])


@needs_browser
def test_the_slider_and_the_choice_of_the_reference_work_in_a_browser(folder: Path, tmp_path: Path) -> None:
    recon_here("denoise", "a.png", *FAST, "--reference", "clean.png", "--report", "page.html")
    script = """
        const compare = document.querySelector(".compare"), slider = document.querySelector(".slider");
        const over = compare.querySelector(".over"), found = {};
        found.loaded = [...document.images].every((image) => image.complete && image.naturalWidth > 0);
        found.size = [over.naturalWidth, over.naturalHeight];
        found.before = getComputedStyle(over).clipPath;
        slider.value = 20;
        slider.dispatchEvent(new Event("input"));
        found.after = getComputedStyle(over).clipPath;
        const result = over.src;
        document.querySelector("input[value=reference]").click();
        found.reference = over.src !== result && over.src === document.getElementById("reference").src;
        document.querySelector("input[value=result]").click();
        found.back = over.src === result;
        const names = [...document.querySelectorAll("th")];
        found.whole = names.length > 5 && names.every((th) => {
            const range = document.createRange();
            range.selectNodeContents(th);
            return range.getClientRects().length === 1;
        });
        const widths = [over, slider].map((each) => each.getBoundingClientRect().width);
        found.below = Math.abs(widths[0] - widths[1]) < 1;
        return found;
    """
    assert seen_in_browser(Path("page.html"), script, tmp_path / "browser") == {
        "loaded": True, "size": [32, 40], "before": "inset(0px 0px 0px 50%)",
        "after": "inset(0px 0px 0px 20%)", "reference": True, "back": True, "whole": True,
        "below": True,
    }  # fmt: skip


@needs_browser
def test_the_table_sorts_and_its_links_lead_to_pages_in_a_browser(folder: Path, tmp_path: Path) -> None:
    Path("bad.png").write_bytes(b"no picture")
    recon_here("denoise", "b.png", "a.png", "bad.png", *FAST, "--report", "table.html")
    script = """
        const names = () => [...document.querySelectorAll("tbody tr")].map((row) => row.cells[0].textContent);
        const found = {links: [...document.links].map((link) => link.href.split("/").pop())};
        const file = document.querySelector("th button");
        file.click();
        found.up = names();
        file.click();
        found.down = names();
        const time = [...document.querySelectorAll("th button")].find((b) => b.textContent === "time in s");
        time.click();
        const values = [...document.querySelectorAll("tbody tr")].map((row) => +row.cells[4].dataset.value);
        found.numbers = values.length === 3 && values[0] <= values[1];
        const range = document.createRange();
        found.whole = [...document.querySelectorAll("tbody td:first-child")].every((cell) => {
            range.selectNodeContents(cell.querySelector("a") ?? cell);
            return range.getClientRects().length === 1;
        });
        return found;
    """
    found = seen_in_browser(Path("table.html"), script, tmp_path / "browser")
    assert found["up"] == ["a.png", "b.png", "bad.png"]
    assert found["down"] == ["bad.png", "b.png", "a.png"]
    assert found["numbers"]
    assert found["whole"]
    assert all(Path(link).is_file() for link in found["links"])
