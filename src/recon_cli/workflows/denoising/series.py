"""The images of a file that holds several: which are solved, and all of them as one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ReconError
from ...files.images import read_picture, read_pictures
from ...reconstruction import combined

if TYPE_CHECKING:
    from ...files.images import Picture
    from ...files.images.format import FileFormat
    from ..file_workflow import Follow
    from .stages import DenoisedPicture, LoadedPicture


def choose_series(found: Sequence[Picture], asked: int | None, single: FileFormat | None) -> list[int]:
    """Return the numbers of the images that are solved.

    Args:
        found: all of the file.
        asked: the only one that the user wants, or None.
        single: format of the result where it holds one image, else None.

    Raises:
        ReconError: when there is no such image, or one has to be asked for.
    """
    first = found[0].file
    if asked is not None and not 0 <= asked < len(found):
        raise ReconError(f"{first} has series 0 to {len(found) - 1}, and --series is {asked}", 2)
    if asked is None and single is not None and len(found) > 1:
        raise ReconError(
            f"{first} holds {len(found)} images that differ, and the {single.title} gets one; choose it with "
            "--series, as recon info numbers them"
        )
    return [*range(len(found))] if asked is None else [asked]


def references_of(path: Path | None, count: int, chosen: Sequence[int]) -> list[Picture | None]:
    """Return what the results should be, where that is known: of a file with as many images, or of one.

    Args:
        path: of the file, or None.
        count: how many images the noisy file has.
        chosen: numbers of those that are solved.

    Raises:
        ReconError: when it cannot be read, or holds another number of images.
    """
    if path is None:
        return [None] * len(chosen)
    if count == 1:
        return [read_picture(path)]
    clean = read_pictures(path)
    if len(clean) == 1 == len(chosen):
        return [*clean]
    if len(clean) != count:
        raise ReconError(f"{path} holds {len(clean)} images, and the noisy file {count}")
    return [clean[number] for number in chosen]


def joined(loaded: Sequence[LoadedPicture], kept: Mapping[int, Picture], count: int) -> LoadedPicture:
    """Return the images of a file as the first one that is solved, with the others.

    Args:
        loaded: those that are solved.
        kept: those that are written as they are, by their numbers.
        count: how many the file has.
    """
    first, *others = loaded
    if count == 1:
        return first
    sentences = [f"series {each.picture.series}: {words}" for each in loaded for words in each.warnings]
    return replace(first, others=tuple(others), kept=kept, warnings=tuple(sentences))


def with_others(parts: Sequence[DenoisedPicture], loaded: LoadedPicture) -> DenoisedPicture:
    """Return the images of a file, solved, as one result: the first one, with the others.

    Args:
        parts: those that were solved.
        loaded: what the file had.
    """
    first = parts[0]
    if len(parts) == 1 and not loaded.kept:
        return first
    others = (*(each.picture for each in parts[1:]), *loaded.kept.values())
    written = replace(first.picture, others=others)
    result = combined([each.result for each in parts], np.asarray(first.result.image))
    return replace(first, result=result, picture=written, parts=tuple(parts), kept=tuple(loaded.kept))


def about(loaded: LoadedPicture, follow: Follow | None) -> Follow | None:
    """Return what is told about an image of several."""
    series = f"series {loaded.picture.series}"
    return follow and (lambda words, tolerance: follow(", ".join(filter(None, (series, words))), tolerance))
