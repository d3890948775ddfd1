from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.inputs import Found
from recon_cli.files.outputs import choose_output, plan_outputs


def test_the_default_name_stands_beside_the_source(tmp_path: Path) -> None:
    assert choose_output(tmp_path / "a.b.png", None, "_denoised", False) == tmp_path / "a.b_denoised.png"


def test_existing_files_are_kept_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "out.png").touch()
    with pytest.raises(ReconError, match="exists; give --overwrite"):
        choose_output(tmp_path / "in.png", tmp_path / "out.png", "", False)
    assert choose_output(tmp_path / "in.png", tmp_path / "out.png", "", True) == tmp_path / "out.png"


def test_the_input_is_never_the_output(tmp_path: Path) -> None:
    (tmp_path / "in.png").touch()
    (tmp_path / "link.png").symlink_to(tmp_path / "in.png")
    for name in ("in.png", "link.png"):
        with pytest.raises(ReconError, match="is the input"):
            choose_output(tmp_path / "in.png", tmp_path / name, "", True)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="is a folder"):
        choose_output(tmp_path / "in.png", tmp_path, "", True)


def _plan(*names: str, output: str | None = None) -> list[Path]:
    sources = [Found(Path(name), Path(Path(name).name)) for name in names]
    return plan_outputs(sources, output, "_new", lambda path: path.suffix)


def test_results_are_planned_beside_their_sources_or_in_a_folder(tmp_path: Path) -> None:
    assert _plan("x/a.png", "b.tif") == [Path("x/a_new.png"), Path("b_new.tif")]
    assert _plan("x/a.png", "b.tif", output="made/") == [Path("made/a_new.png"), Path("made/b_new.tif")]
    assert _plan("x/a.png", output=str(tmp_path)) == [tmp_path / "a_new.png"]
    assert _plan("x/a.png", output="b.tif") == [Path("b.tif")]
    ome = [Found(Path("a.b.ome.tif"), Path("a.b.ome.tif"))]
    assert plan_outputs(ome, None, "_new", lambda _: ".ome.tif") == [Path("a.b_new.ome.tif")]
    assert plan_outputs(ome, None, "_new", lambda _: ".png") == [Path("a.b.ome_new.png")]


def test_a_plan_loses_nothing() -> None:
    with pytest.raises(ReconError, match="there are 2 inputs and one output"):
        _plan("a.png", "b.png", output="c.png")
    with pytest.raises(ReconError, match=r"x/a.png and y/a.png would both be written to made/a_new.png"):
        _plan("x/a.png", "y/a.png", output="made/")
    with pytest.raises(ReconError, match=r"a_new.png, the result of a.png, is itself an input"):
        _plan("a.png", "a_new.png")
