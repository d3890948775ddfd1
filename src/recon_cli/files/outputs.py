"""Where results are written, and that nothing is lost there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import ReconError
from .atomic import cannot_write, place_of
from .claims import claim, may_be_ours
from .inputs import Found
from .kspace.recognise import pair
from .picture_folders import is_picture_folder


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path | str | None], replace: bool) -> None:
    """Refuse results that would take the place of something, before the work begins.

    Args:
        outputs: every file that a command writes; None is one that it does not.
        inputs: every file that it reads, of whatever kind; words that name none do no harm.
        replace: whether existing files may be replaced.

    Raises:
        ReconError: as `part_from_inputs` and `check_place`.
    """
    places = [place for place in outputs if place]
    part_from_inputs(places, inputs)
    for place in places:
        check_place(place, replace)


def part_from_inputs(outputs: Iterable[Path], inputs: Iterable[Path | str | None]) -> None:
    """Raise a ReconError when a result has the name of an input or of another result, by links, too.

    Args:
        outputs: every file that a command writes.
        inputs: every file that it reads.
    """
    read = {mark: place for word in inputs if word for place in _read(Path(word)) for mark in _marks(place)}
    written: set[object] = set()
    for output in outputs:
        for place in _written(output):
            for mark in _marks(place) & read.keys():
                same = os.path.normpath(place) == os.path.normpath(read[mark])
                named = "" if same else f" {read[mark]}"
                raise ReconError(f"{place} is the input{named}; the result needs another name", 2)
            name = os.path.realpath(place)
            if name in written:
                raise ReconError(f"two results have the same name, {place}; give them different names", 2)
            written.add(name)


def check_place(output: Path, replace: bool) -> None:
    """Raise a ReconError when a result cannot stand somewhere.

    Args:
        output: its place.
        replace: whether an existing file may be replaced.

    Raises:
        ReconError: when the folder is missing, the file exists, or there is something that is no file.
    """
    for place in _written(output):
        target = place_of(place)
        try:
            missing = [folder for folder in (place.parent, target.parent) if not folder.is_dir()]
            exists = target.exists()
        except OSError as error:
            raise cannot_write(place, error) from error
        if missing:
            raise ReconError(f"the folder {missing[0]} does not exist")
        if exists and may_be_ours(target):
            continue  # it is compared with what is to be written
        if exists and not replace:
            raise ReconError(f"{place} exists; give --overwrite to replace it, or another name with -o")
        claim(target, replace)


def plan_outputs(
    sources: Sequence[Found], output: str | None, ending: str, suffix_of: Callable[[Path], str]
) -> list[Path]:
    """Return the path of the result of each source; nothing is looked at but the names.

    Args:
        sources: the inputs.
        output: what the user asked for: a file, for one source, or a folder, which is one that exists or
            ends in a slash; with None, results stand beside their sources.
        ending: added to the name of a source, but not to a file that the user named.
        suffix_of: gives the suffix of the result of a source.

    Raises:
        ReconError: when several results were to go to one file.
    """
    if output is not None and not is_folder(output):
        if len(sources) > 1:
            raise ReconError(
                f"there are {len(sources)} inputs and one output {output}; give a folder, with a slash at "
                "its end where it shall be made",
                2,
            )
        return [Path(output)]
    places = []
    for source in sources:
        beside = source.path if output is None else Path(output) / source.below
        suffix = suffix_of(source.path)
        stem = beside.name.removesuffix(suffix) if beside.name.endswith(suffix) else beside.stem
        places.append(beside.with_name(f"{stem}{ending}{suffix}"))
    taken: dict[Path, Path] = {}
    for source, place in zip(sources, places, strict=True):
        other = taken.setdefault(place.resolve(), source.path)
        if other != source.path:
            raise ReconError(
                f"{other} and {source.path} would both be written to {place}; give them different names", 2
            )
    return places


def is_folder(output: str) -> bool:
    """Return whether the user means a folder."""
    path = Path(output)
    return output.endswith(("/", os.sep)) or (path.is_dir() and not is_picture_folder(path))


def _read(path: Path) -> tuple[Path, ...]:
    """Return the files that are read where one is named: of BART's pair both."""
    with suppress(OSError, ValueError):
        if path.suffix in (".cfl", ".hdr") or not path.is_file():
            return (path, *pair(path))
    return (path,)


def _written(path: Path) -> tuple[Path, ...]:
    """Return the files that are written where one is named: of BART's pair both."""
    return pair(path) if path.suffix.lower() == ".cfl" else (path,)


def _marks(path: Path) -> set[object]:
    """Return what tells a file from others: its name, links resolved, and its place on the disk."""
    marks: set[object] = set()
    with suppress(OSError, ValueError):
        marks.add(os.path.realpath(path))
        found = path.stat()
        marks.add((found.st_dev, found.st_ino))
    return marks
