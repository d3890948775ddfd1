"""Where results are written."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import ReconError
from .claims import claim
from .inputs import Found


def choose_output(source: Path, output: Path | None, ending: str, overwrite: bool) -> Path:
    """Return the path of a result, and claim it, see `claims`.

    Args:
        source: the input file.
        output: what the user asked for; with None, `<name><ending>` beside the source.
        ending: added to the source's name.
        overwrite: whether an existing file may be replaced.

    Raises:
        ReconError: when the folder is missing, the file exists, or it is the input itself.
    """
    place = output or source.with_name(f"{source.stem}{ending}{source.suffix}")
    if not place.parent.is_dir():
        raise ReconError(f"the folder {place.parent} does not exist")
    if place.is_dir():
        raise ReconError(f"{place} is a folder; give the name of a file")
    if place.exists():
        if source.exists() and place.samefile(source):
            raise ReconError(f"{place} is the input; the result needs another name", 2)
        if not overwrite:
            raise ReconError(f"{place} exists; give --overwrite to replace it, or another name with -o")
    claim(place, overwrite)
    return place


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
        ReconError: when several results were to go to one file, or a result would replace an input.
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
    inputs = {source.path.resolve() for source in sources}
    for source, place in zip(sources, places, strict=True):
        other = taken.setdefault(place.resolve(), source.path)
        if other != source.path:
            raise ReconError(
                f"{other} and {source.path} would both be written to {place}; name them apart", 2
            )
        if place.resolve() in inputs:
            raise ReconError(
                f"{place}, the result of {source.path}, is itself an input; leave it out, or name a folder "
                "with -o",
                2,
            )
    return places


def is_folder(output: str) -> bool:
    """Return whether the user means a folder."""
    return output.endswith(("/", os.sep)) or Path(output).is_dir()
