"""Which files the words on a command line mean: files, patterns and folders."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import ReconError
from .kspace.recognise import pair
from .picture_folders import is_picture_folder


@dataclass(frozen=True)
class Found:
    """An input file.

    Attributes:
        path: where it lies.
        below: its path below the folder that was searched; else its name.
    """

    path: Path
    below: Path


def find_inputs(
    words: Sequence[str],
    suffixes: Collection[str],
    recursive: bool,
    endings: Sequence[str],
    others: Sequence[Path | str | None] = (),
) -> list[Found]:
    """Return the files that are meant, each once; a file that is named need not exist.

    Args:
        words: files, patterns such as `*.png` or `**/*.tif`, or folders.
        suffixes: of the files that are taken from folders.
        recursive: whether the folders inside folders are searched, too.
        endings: of the names of results; patterns and folders pass over them.
        others: files that are read as something else; patterns and folders pass over them, too.

    Raises:
        ReconError: when a pattern or a folder yields no file, a folder cannot be read, or the last word seems
            to name the result.
    """
    if _names_result(words):
        raise ReconError(f"{words[-1]} does not exist; the name of a result goes after -o", 2)
    found: dict[Path, Found] = {}
    passed_over = {_identity(Path(other)) for other in others if other}
    for word in words:
        path = Path(word)
        if path.is_dir() and not is_picture_folder(path):
            usable = _inputs(files_in(path, suffixes, recursive), endings, passed_over)
            members = [Found(p, p.relative_to(path)) for p in usable]
        elif glob.has_magic(word) and not path.exists():
            names = glob.glob(word, recursive=True)  # noqa: PTH207 - Path takes no absolute patterns
            matches = [Path(name) for name in sorted(names)]
            members = [Found(p, Path(p.name)) for p in _inputs(matches, endings, passed_over)]
        else:
            members = [Found(path, Path(path.name))]
        if not members:
            kind = "input in the folder" if path.is_dir() else "file matches"
            raise ReconError(f"no {kind} {word}")
        for member in members:
            found.setdefault(_identity(member.path), member)
    return list(found.values())


def _names_result(words: Sequence[str]) -> bool:
    """Return whether the last word is most likely meant as that of `cp`: it is no input, as far as seen."""
    if len(words) < 2 or glob.has_magic(words[-1]) or _exists(words[-1]) or not _exists(words[0]):
        return False
    return len(words) == 2 or words[-1].endswith(("/", os.sep))


def files_in(folder: Path, suffixes: Collection[str], recursive: bool = False) -> list[Path]:
    """Return the files of a folder, in the order of their names, without what is hidden.

    Args:
        folder: where to look.
        suffixes: of the files that are taken.
        recursive: whether the folders inside it are searched, too.

    Raises:
        ReconError: when a folder is missing or cannot be read.
    """
    endings = tuple(suffixes)
    return sorted(path for path in _visible(folder, recursive) if path.name.lower().endswith(endings))


def _visible(folder: Path, recursive: bool) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        if isinstance(error, FileNotFoundError):
            raise ReconError(f"the folder {error.filename} does not exist") from error
        raise ReconError(f"cannot read the folder {error.filename}: {error.strerror}") from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        pictures = [name for name in folders if is_picture_folder(Path(place, name))]
        folders[:] = [
            name for name in folders if recursive and not name.startswith(".") and name not in pictures
        ]
        yield from (Path(place, name) for name in (*pictures, *names) if not name.startswith("."))


def _inputs(paths: Sequence[Path], endings: Sequence[str], others: Collection[Path]) -> list[Path]:
    return [
        path
        for path in paths
        if (path.is_file() or is_picture_folder(path))
        and not any(f"{ending}." in path.name for ending in endings)
        and _identity(path) not in others
    ]


def _exists(word: str) -> bool:
    return Path(word).exists() or all(part.is_file() for part in pair(Path(word)))


def _identity(path: Path) -> Path:
    """Return what tells an input from others: of BART's pair the samples, whichever of both is named."""
    samples, header = pair(path)
    named = path.suffix in (samples.suffix, header.suffix) or not path.exists()
    return (samples if named and samples.is_file() and header.is_file() else path).resolve()
