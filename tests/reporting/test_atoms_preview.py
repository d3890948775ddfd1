from __future__ import annotations

import io
import re

import numpy as np
import pytest
import torch
from rich.console import Console

from recon_cli.models.dictionary import Dictionary
from recon_cli.models.penalties import Penalties
from recon_cli.models.tuned import Tuned
from recon_cli.reporting.atoms_preview import print_atoms
from recon_cli.workflows.show_atoms import AtomsView, show_atoms

from ..helpers import random_dictionary, random_images

IMAGE = random_images(1, 20, 22, dtype=torch.float32)[0].numpy()
CELL = re.compile(r"\x1b\[38;2;(\d+);\1;\1(?:;48;2;(\d+);\2;\2)?m▀")


class _Ascii(io.StringIO):
    encoding = "ascii"


def _view(size: int = 6, atoms: int = 40, used: bool = False) -> AtomsView:
    columns = random_dictionary(size, atoms, dtype=torch.float32)
    dictionary = Dictionary(
        columns, "mean-free", 25.0, {("denoise", "full"): Tuned(0.4, 0.02)}, name="[red]mine"
    )
    return show_atoms(dictionary, IMAGE if used else None)


def _printed(view: AtomsView, file: io.StringIO | None = None, **settings: object) -> str:
    file = file or io.StringIO()
    terminal = {
        "force_terminal": True,
        "color_system": "truecolor",
        "width": 80,
        "height": 24,
        "_environ": {},
    }
    print_atoms(view, Console(file=file, highlight=False, **{**terminal, **settings}))  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("size", [6, 7, 10])
def test_half_blocks_show_the_pixels_of_the_first_atoms(size: int) -> None:
    view = _view(size)
    lines = _printed(view).split("\n")
    columns = 82 // (max(size, 8) + 2)
    first = next(k for k, line in enumerate(lines) if "▀" in line)
    labels = [int(label) for label in lines[first - 1].split()]
    assert labels == [atom + 1 for atom in view.order[:columns]]
    grey = np.rint(127.5 + 127.5 * view.tiles()[:columns]).astype(int)
    for k in range(-(-size // 2)):
        cells = CELL.findall(lines[first + k])
        assert [int(upper) for upper, _ in cells] == grey[:, 2 * k].flatten().tolist()
        if 2 * k + 1 < size:
            assert [int(lower) for _, lower in cells] == grey[:, 2 * k + 1].flatten().tolist()
        else:
            assert {lower for _, lower in cells} == {""}


def test_the_preview_fits_the_terminal_and_says_what_is_missing() -> None:
    text = re.sub(r"\x1b\[[\d;]*m", "", _printed(_view()))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 24
    assert "the first 24 of 40 atoms; -o atoms.png shows all" in text
    assert "shows all" not in _printed(_view(atoms=12))


def test_the_summary_gives_model_and_spectrum() -> None:
    view = _view(used=True)
    text = _printed(view)
    assert "[red]mine, sigma 25, mean-free" in text
    assert "40 of 6 x 6 pixels, by usage" in text
    assert f"largest 1, median {np.median(view.singular_values):.3g}, smallest" in text
    assert f"condition {view.condition:.3g}" in text
    assert "255 patches, lam 0.02" in text
    assert view.usage is not None
    top = view.order[0]
    assert f"{top + 1} {100 * view.usage.share[top]:.0f}%" in text


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        (None, {"force_terminal": False}),
        (None, {"color_system": None}),
        (None, {"no_color": True}),
        (None, {"width": 5}),
        (_Ascii(), {}),
    ],
    ids=["pipe", "no colours", "NO_COLOR", "narrow", "ascii"],
)
def test_where_grey_cannot_be_shown_a_table_lists_every_atom(
    file: io.StringIO | None, settings: dict[str, object]
) -> None:
    view = _view(used=True)
    text = _printed(view, file, **settings)
    assert text.isascii()
    assert "\x1b" not in text
    table = text.split("mean |code|\n")[1].splitlines()
    assert len(table) == 40
    assert view.usage is not None
    for line, atom in zip(table, view.order, strict=True):
        number, frequency, share, magnitude = line.split()
        assert int(number) == atom + 1
        assert float(frequency) == pytest.approx(view.frequencies[atom], abs=1e-4)
        assert float(share) == pytest.approx(100 * view.usage.share[atom], abs=0.051)
        assert float(magnitude) == pytest.approx(view.usage.magnitude[atom], rel=1e-3)


def test_without_an_image_the_table_has_no_usage() -> None:
    text = _printed(_view(), force_terminal=False)
    assert "patches" not in text
    assert len(text.split("frequency\n")[-1].splitlines()) == 40


def test_few_colours_still_show_grey() -> None:
    text = _printed(_view(), color_system="256")
    assert "38;5;" in text
    assert "38;2;" not in text


def test_penalties_are_a_column_and_label_the_atoms_that_they_order() -> None:
    penalties = torch.linspace(1.5, 0.5, 40)
    columns = random_dictionary(6, 40, dtype=torch.float32)
    dictionary = Dictionary(columns, "mean-free", 25.0, penalties=Penalties((25,), penalties[None]))
    view = show_atoms(dictionary, sort="penalty")
    table = _printed(view, force_terminal=False).split("penalty\n")[-1].splitlines()
    assert [float(line.split()[-1]) for line in table] == pytest.approx(
        penalties.sort().values.tolist(), abs=1e-3
    )
    assert "40 0.50" in _printed(view)
