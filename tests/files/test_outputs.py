from __future__ import annotations

from pathlib import Path

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images.write import natural_suffix
from recon_cli.files.inputs import Found
from recon_cli.files.outputs import check_outputs, plan_outputs


def _refused(said: str, outputs: list[str], inputs: list[str], replace: bool = True) -> None:
    with pytest.raises(ReconError, match=said) as refused:
        check_outputs(map(Path, outputs), inputs, replace)
    assert refused.value.exit_code == (2 if "name" in said else 1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_existing_files_are_kept_unless_asked() -> None:
    Path("out.png").touch()
    _refused("^out.png exists; give --overwrite", ["out.png"], ["in.png"], replace=False)
    check_outputs([Path("out.png"), None], ["in.png", None], True)


def test_an_input_is_never_an_output() -> None:
    for name in ("in.png", "other.toml"):
        Path(name).touch()
    Path("link.png").symlink_to("in.png")
    Path("hard.png").hardlink_to("other.toml")
    _refused("^in.png is the input; the result needs another name", ["a.png", "in.png"], ["in.png"])
    _refused("^deep/../in.png is the input; the result needs another name", ["deep/../in.png"], ["in.png"])
    _refused("^link.png is the input in.png; the result needs another name", ["link.png"], ["in.png"])
    _refused("^hard.png is the input other.toml; .* name", ["hard.png"], ["in.png", "other.toml"])
    _refused("^in.png is the input link.png; the result needs another name", ["in.png"], ["link.png"])
    _refused("^missing is the input; the result needs another name", ["missing"], ["missing"])
    check_outputs([Path("a.png")], ["in.png", "radial", "", "x" * 300, "a\0b", "."], True)


def test_of_a_pair_both_count() -> None:
    for name in ("k.cfl", "k.hdr", "o.hdr"):
        Path(name).touch()
    for kspace in ("k", "k.cfl", "k.hdr"):
        _refused("^k.(cfl|hdr) is the input.* the result needs another name", ["k.cfl"], [kspace])
        _refused("^k.hdr is the input.* the result needs another name", ["k.hdr"], [kspace])
    _refused("^o.hdr exists; give --overwrite", ["o.cfl"], ["k"], replace=False)
    check_outputs([Path("o.cfl"), Path("k.npy")], ["k"], True)
    Path("k.png").touch()
    check_outputs([Path("k.png.cfl")], ["k.png"], False)


def test_two_results_have_two_names() -> None:
    _refused("two results have the same name, a.png", ["a.png", "b.png", "./a.png"], [])
    Path("link.png").symlink_to("a.png")
    _refused("two results have the same name, link.png", ["a.png", "link.png"], [])
    _refused("two results have the same name, a.hdr", ["a.cfl", "a.hdr"], [])


def test_a_folder_is_no_file() -> None:
    Path("deep").mkdir()
    _refused("^deep is a folder", ["deep"], [])


def test_a_place_that_cannot_be_written_is_found_first() -> None:
    Path("plain").touch()
    Path("link.png").symlink_to("missing/a.png")
    _refused("^the folder missing does not exist", ["missing/a.png"], [])
    _refused("^the folder .*/missing does not exist", ["link.png"], [])
    _refused("^cannot write x+: File \\w+ too long", ["x" * 300], [])
    _refused("^cannot write plain/a.png: Not a directory", ["plain/a.png"], [])


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


def test_formats_that_become_the_same_one_are_told_apart_before_anything_is_read() -> None:
    sources = [Found(Path(name), Path(name)) for name in ("a.tif", "a.czi", "a.lif")]
    with pytest.raises(ReconError, match=r"a.czi and a.lif would both be written to made/a_new.ome.tif"):
        plan_outputs(sources, "made/", "_new", natural_suffix)
    assert len(plan_outputs(sources[:2], "made/", "_new", natural_suffix)) == 2
