from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.tomography.angles import named_angles


def test_a_range_leaves_its_end_out() -> None:
    assert named_angles("0:180:1") == tuple(map(float, range(180)))
    assert named_angles("90:-90:-30") == (90, 60, 30, 0, -30, -60)
    assert len(named_angles("0:180:0.1")) == 1800


@pytest.mark.parametrize("text", ["1, 2.5;3", "1\n2.5\n3\n"])
def test_a_text_file_holds_numbers(tmp_path: Path, text: str) -> None:
    (tmp_path / "angles.csv").write_text(text)
    assert named_angles(str(tmp_path / "angles.csv")) == (1, 2.5, 3)


def test_an_array(tmp_path: Path) -> None:
    np.save(tmp_path / "angles.npy", np.array([[0, 60, 120]]))
    assert named_angles(str(tmp_path / "angles.npy")) == (0, 60, 120)


def test_radians_are_recognised(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "angles.txt", np.linspace(0, np.pi, 60, endpoint=False))
    with pytest.raises(ReconError, match="look like radians; in degrees they would be 0 to 177") as refused:
        named_angles(str(tmp_path / "angles.txt"))
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("count", [2, 4, 7, 8, 60])
@pytest.mark.parametrize("turn", [90, 180, 360])
@pytest.mark.parametrize("with_end", [True, False])
def test_radians_over_parts_of_a_turn_and_few_of_them(
    tmp_path: Path, count: int, turn: int, with_end: bool
) -> None:
    np.savetxt(tmp_path / "a.txt", np.deg2rad(np.linspace(0, turn, count, endpoint=with_end)), "%.4f")
    with pytest.raises(ReconError, match="look like radians"):
        named_angles(str(tmp_path / "a.txt"))


@pytest.mark.parametrize("angles", [[0], [0, 3], [1, 2.5, 3], [0, 1, 2, 3, 4], range(8), range(-30, 31, 3)])
def test_degrees_of_few_angles_or_of_a_part_of_a_turn_are_taken(
    tmp_path: Path, angles: Sequence[float]
) -> None:
    np.savetxt(tmp_path / "a.txt", angles)
    assert named_angles(str(tmp_path / "a.txt")) == tuple(angles)


@pytest.mark.parametrize(
    ("content", "said"), [("", "no angles"), ("1 nan", "not finite"), ("one two", "no list of angles: ")]
)
def test_files_without_angles(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "a.txt").write_text(content)
    with pytest.raises(ReconError, match=said):
        named_angles(str(tmp_path / "a.txt"))


@pytest.mark.parametrize("text", ["0:180:0", "0:180:-1", "0:x:1", "0:1e9:1", "nan:1:1", "missing.txt"])
def test_words_that_are_no_angles(text: str) -> None:
    with pytest.raises(ReconError, match="--angles"):
        named_angles(text)
