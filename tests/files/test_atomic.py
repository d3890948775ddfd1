from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.atomic import write_atomically, write_folder_atomically
from recon_cli.files.claims import claim, claim_again, release


def _text(content: str) -> Callable[[IO[bytes]], object]:
    return lambda file: file.write(content.encode())


def test_the_file_appears_whole(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.txt", _text("whole"))
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def fail(file: IO[bytes]) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.txt", fail)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def _is_told(file: IO[bytes]) -> None:
    file.write(b"half")
    file.flush()


def _makes_another_error_of_it(file: IO[bytes]) -> None:
    """As matplotlib's PDF and NumPy do."""
    try:
        file.write(bytes(2**21))
    except OSError:
        file.write(b"more")
        raise AttributeError("nothing of use") from None


def _keeps_it_to_itself(file: IO[bytes]) -> None:
    try:
        file.write(bytes(2**21))
    except OSError:
        file.seek(0)
        file.write(b"more")


@pytest.mark.parametrize("write", [_is_told, _text("x"), _makes_another_error_of_it, _keeps_it_to_itself])
def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[IO[bytes]], object]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "a.txt").write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr("recon_cli.files.sink.os.write", refuse)
        with pytest.raises(ReconError, match=f"^cannot write {tmp_path / 'a.txt'}: No space left on device$"):
            write_atomically(tmp_path / "a.txt", write)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_fault_of_the_writer_stays_what_it_is(tmp_path: Path) -> None:
    def fail(file: IO[bytes]) -> None:
        file.write(b"half")
        raise AttributeError("a mistake")

    with pytest.raises(AttributeError, match="a mistake"):
        write_atomically(tmp_path / "a.txt", fail)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(f"recon_cli.files.atomic.os.{call}", refuse)
    with pytest.raises(ReconError, match=r"cannot write .*a.txt: Permission denied"):
        write_atomically(tmp_path / "a.txt", _text("x"))
    monkeypatch.undo()
    assert not list(tmp_path.iterdir())


def test_a_file_that_appeared_at_a_claimed_place_is_not_replaced(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        claim(tmp_path / name, replace=False)

    def write(file: IO[bytes]) -> None:
        file.write(b"mine")
        (tmp_path / "a.txt").write_text("theirs")

    with pytest.raises(ReconError, match=r"a.txt has appeared meanwhile; give --overwrite to replace it"):
        write_atomically(tmp_path / "a.txt", write)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["theirs"]
    for text in ("mine", "mine again"):  # what it has written itself may be replaced
        write_atomically(tmp_path / "b.txt", _text(text))
        assert (tmp_path / "b.txt").read_text() == text


def test_where_there_are_no_links_files_are_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def write(file: IO[bytes]) -> None:
        file.write(b"mine")
        (tmp_path / "b.txt").write_text("theirs")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    for name in ("a.txt", "b.txt"):
        claim(tmp_path / name, replace=False)
    write_atomically(tmp_path / "a.txt", _text("mine"))
    with pytest.raises(ReconError, match="has appeared meanwhile"):
        write_atomically(tmp_path / "b.txt", write)
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["mine", "theirs"]


@pytest.mark.parametrize("umask", [0o002, 0o022, 0o077])
def test_the_mode_is_that_of_any_new_file(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        (tmp_path / "plain.txt").touch()
        write_atomically(tmp_path / "a.txt", _text("x"))
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o604, 0o400])
def test_a_file_that_is_replaced_leaves_its_mode(tmp_path: Path, mode: int) -> None:
    place, seen = tmp_path / "a.txt", []
    place.touch(mode)
    place.chmod(mode)

    def write(file: IO[bytes]) -> None:
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(".recon-*"))
        file.write(b"x")

    write_atomically(place, write)
    assert (place.read_text(), stat.S_IMODE(place.stat().st_mode)) == ("x", mode)
    assert len(seen) == 1
    assert seen[0] & ~mode == 0  # nobody else reads it meanwhile


def test_a_file_that_is_replaced_leaves_its_attributes_and_owner(tmp_path: Path) -> None:
    place = tmp_path / "a.txt"
    place.touch()
    try:
        os.setxattr(place, "user.note", b"kept")
    except (OSError, AttributeError):
        pytest.skip("this file system has no extended attributes")
    if os.geteuid() == 0:
        os.chown(place, 1234, 4321)
    os.utime(place, (1, 1))
    before = place.stat()
    write_atomically(place, _text("x"))
    after = place.stat()
    assert os.getxattr(place, "user.note") == b"kept"
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_mtime > 1  # it is new


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for target in ("deep/old.txt", "deep/new.txt"):  # the latter does not exist yet
        link = tmp_path / "link.txt"
        link.symlink_to(target)
        if "old" in target:
            (tmp_path / target).write_text("old")
        claim(link, replace=False)
        write_atomically(link, _text("x"))
        assert link.is_symlink()
        assert (tmp_path / target).read_text() == "x"
        link.unlink()


def test_what_has_appeared_behind_a_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to("new.txt")
    claim(tmp_path / "link.txt", replace=False)
    (tmp_path / "new.txt").write_text("theirs")
    with pytest.raises(ReconError, match=r"link.txt has appeared meanwhile"):
        write_atomically(tmp_path / "link.txt", _text("x"))
    assert (tmp_path / "new.txt").read_text() == "theirs"


@pytest.mark.parametrize("target", ["missing/a.txt", "link.txt"])
def test_a_link_to_nowhere_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "link.txt").symlink_to(target)
    with pytest.raises(ReconError, match=r"cannot write .*link.txt: "):
        write_atomically(tmp_path / "link.txt", _text("x"))
    assert [path.is_symlink() for path in tmp_path.iterdir()] == [True]


def make_special(place: Path, kind: str) -> None:
    """Make what is no regular file."""
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(place))
    else:
        try:
            os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except OSError:
            pytest.skip("devices may not be made here")


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
@pytest.mark.parametrize("linked", [False, True])
def test_devices_pipes_and_sockets_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, linked: bool
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name is short
    place = Path("special")
    make_special(place, kind)
    before = place.stat().st_mode
    if linked:
        Path("link").symlink_to(place)
    name = "link" if linked else "special"
    with pytest.raises(ReconError, match=f"^{name} is a device, a pipe or a socket; give the name of a file"):
        write_atomically(Path(name), _text("x"))
    assert place.stat().st_mode == before
    assert len(list(tmp_path.iterdir())) == 1 + linked


def test_what_is_replaced_may_be_kept(tmp_path: Path) -> None:
    for content in "abc":
        write_atomically(tmp_path / "new", _text(content), kept=tmp_path / "old")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"new": "c", "old": "b"}


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "plain/a.txt"])
def test_a_name_that_no_file_can_have_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain").touch()
    with pytest.raises(ReconError, match=r"^cannot write .*: \w"):
        write_atomically(tmp_path / name, _text("x"))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="cannot write"):
        write_atomically(tmp_path / "no" / "a.txt", _text("x"))


def _fill(folder: Path) -> None:
    folder.mkdir()
    (folder / "part").write_text("whole")


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    write_folder_atomically(tmp_path / "out.zarr", _fill)
    assert (tmp_path / "out.zarr/part").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["out.zarr"]


def test_nothing_is_left_of_one_that_failed(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        _fill(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(ReconError, match=r"cannot write .*out.zarr: No space left on device"):
        write_folder_atomically(tmp_path / "out.zarr", fail)
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    _fill(tmp_path / "out.zarr")
    (tmp_path / "out.zarr/part").write_text("old")
    with pytest.raises(ReconError, match="a folder is not replaced"):
        write_folder_atomically(tmp_path / "out.zarr", _fill)
    assert (tmp_path / "out.zarr/part").read_text() == "old"


def test_an_earlier_try_may_have_written_the_same_folder(tmp_path: Path) -> None:
    place = tmp_path / "out.zarr"
    _fill(place)
    claim_again(place)
    write_folder_atomically(place, _fill)
    claim_again(place)
    (place / "part").write_text("other")
    with pytest.raises(ReconError, match="has appeared meanwhile"):
        write_folder_atomically(place, _fill)
    release(place)
    assert [path.name for path in tmp_path.iterdir()] == ["out.zarr"]
