"""Files that stand beside results."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ..errors import ReconError


def plan_companions(
    results: Sequence[Path | None], wanted: str, option: str, ending: str, suffixes: Collection[str]
) -> list[Path | None]:
    """Return where the companion of each result goes; nothing is looked at but the names.

    Args:
        results: the results' files; None is standard output.
        wanted: what the user asked for: a file, for one result, or a suffix as `.pdf`, for a file
            `<result><ending>.pdf` beside each.
        option: that asks for it, for the error.
        ending: added to the name of a result.
        suffixes: that may be given alone.

    Raises:
        ReconError: when several companions were to go to one file, or a result has no name.
    """
    if wanted not in suffixes:
        if len(results) > 1:
            raise ReconError(
                f"there are {len(results)} results and one {option} {wanted}; a suffix alone, as "
                f"{option} {next(iter(suffixes))}, makes one beside each result",
                2,
            )
        return [Path(wanted) for _ in results]
    places: list[Path | None] = []
    for result in results:
        if result is None:
            raise ReconError(f"standard output has no name; give {option} the name of a file", 2)
        stem = result.stem.removesuffix(".ome").removesuffix(".nii")  # .ome.tif and .nii.gz are one suffix
        places.append(result.with_name(f"{stem}{ending}{wanted}"))
    return places
