"""Where results are written."""

from __future__ import annotations

from pathlib import Path

from ..errors import ReconError


def choose_output(source: Path, output: Path | None, ending: str, overwrite: bool) -> Path:
    """Return the path of a result.

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
    return place
