"""What a format of image files is, as the registry of `formats` holds it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import ReconError
from .picture import Picture


@dataclass(frozen=True)
class FileFormat:
    """A format: how its files are known, read and written.

    Attributes:
        name: as in `--format` and in JSON.
        title: in messages.
        suffixes: of its files; the first one is the usual one.
        begins: whether a file with these first bytes has it.
        read: takes the content, or a path where the format is a folder, and the name for messages.
        write: takes a picture of a fitting type and the open file, or a path where the format is a folder;
            None where results of the format are written in another one.
        becomes: name of that one.
        dtypes: types of samples that it holds; all where there are none. The last one is taken for others.
        stacks: whether it holds several planes.
        alpha: whether it holds alpha.
        like_input: why only what was read from it can be written in it, in the type that it had; empty where
            anything can.
        package: that reads it, as it is installed; empty where it is always there.
        module: of it that reads; the package itself when left out.
        isolated: whether it is read in a process of its own, since a library may take any time and memory.
        folder: whether it is a folder.
        gzipped: whether it may be packed by gzip.
        turned: whether it says how an image has to be turned; for others pixels are turned.
        inks: whether it holds cyan, magenta, yellow and black.
        series: whether it holds several images that differ.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    begins: Callable[[bytes], bool]
    read: Callable[[Any, str], Picture]
    write: Callable[[Picture, Any], object] | None
    becomes: str = ""
    dtypes: tuple[str, ...] = ()
    stacks: bool = True
    alpha: bool = True
    like_input: str = ""
    package: str = ""
    module: str = ""
    isolated: bool = False
    folder: bool = False
    gzipped: bool = False
    turned: bool = False
    inks: bool = False
    series: bool = False

    def check_library(self, name: object) -> None:
        """Raise a ReconError where the library that the format takes is not installed.

        Args:
            name: of the file.
        """
        if self.package and importlib.util.find_spec(self.package) is None:
            raise ReconError(
                f"{name} is a {self.title} file, for which {self.package} has to be installed: "
                f"pip install {self.package}"
            )


def begins_with(*marks: bytes, at: int = 0) -> Callable[[bytes], bool]:
    """Return whether one of several marks stands at a place."""
    return lambda beginning: beginning[at:].startswith(marks)
