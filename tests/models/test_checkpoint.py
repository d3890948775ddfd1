from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from recon_cli.errors import ReconError
from recon_cli.models.checkpoint import (
    Checkpoint,
    load_checkpoint,
    previous,
    recover_checkpoint,
    save_checkpoint,
)


def test_a_checkpoint_survives_its_file(tmp_path: Path) -> None:
    tensors = {"raw": torch.randn(3, 4), "generator": torch.arange(9, dtype=torch.uint8)}
    save_checkpoint(
        tmp_path / "c", Checkpoint(tensors, {"sigma": 25.0, "variant": "mean-free"}, 7, (26.5, 6))
    )
    read = load_checkpoint(tmp_path / "c")
    assert (read.options, read.step, read.best) == ({"sigma": 25.0, "variant": "mean-free"}, 7, (26.5, 6))
    assert all(torch.equal(read.tensors[name], tensor) for name, tensor in tensors.items())


def test_a_broken_checkpoint_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "c"
    save_checkpoint(place, Checkpoint({"raw": torch.randn(3, 4)}, {}, 7, (26.5, 6)))
    whole = place.read_bytes()
    for content in (b"", whole[:40], whole[:-1], whole.replace(b"recon-checkpoint-4", b"recon-checkpoint-1")):
        place.write_bytes(content)
        with pytest.raises(ReconError, match="checkpoint"):
            load_checkpoint(place)


def test_no_change_of_a_file_is_taken(tmp_path: Path) -> None:
    """Not of a step, a score or an option, a name or a shape of a tensor, nor of what fills the header up."""
    place, chance = tmp_path / "c", random.Random(0)
    tensors = {"raw": torch.randn(3, 4), "generator": torch.arange(9, dtype=torch.uint8)}
    save_checkpoint(place, Checkpoint(tensors, {"sigma": 25.0, "data": " "}, 60, (26.5, 40)))
    whole = place.read_bytes()
    changes = [bytearray(whole) for _ in range(400)]
    for changed in changes:
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    for old, new in ((b"60", b"40"), (b"26.5", b"27.5"), (b"40]", b"60]"), (b"[3,4]", b"[4,3]"),
                     (b"25.0", b"26.0"), (b'"raw"', b'"war"'), (b" ", b"\n")):  # fmt: skip
        assert old in whole
        changes.append(bytearray(whole.replace(old, new, 1)))
    for changed in changes:
        place.write_bytes(changed)
        with pytest.raises(ReconError, match="checkpoint"):
            load_checkpoint(place)
    place.write_bytes(whole)
    assert load_checkpoint(place).step == 60


def test_the_one_before_is_kept_and_recovered(tmp_path: Path) -> None:
    place, said = tmp_path / "c", list[str]()
    assert recover_checkpoint(place, said.append) is None
    for step in (1, 2):
        save_checkpoint(place, Checkpoint({"raw": torch.ones(2) * step}, {}, step, (26.5, 1)))
    newest = recover_checkpoint(place, said.append)
    assert newest is not None
    assert newest.step == 2
    assert not said
    content = bytearray(place.read_bytes())
    content[-1] ^= 1  # still a whole file, with another number in it
    place.write_bytes(content)
    before = recover_checkpoint(place, said.append)
    assert before is not None
    assert before.step == 1
    assert "its checksum is wrong; going on from the one before" in said[0]
    place.unlink()  # killed between two renames
    assert recover_checkpoint(place, said.append) is not None
    previous(place).write_bytes(b"")
    place.write_bytes(b"")
    with pytest.raises(ReconError, match="cannot be read"):
        recover_checkpoint(place, said.append)
