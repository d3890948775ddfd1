"""What a shell offers for the values of options, without PyTorch."""

from __future__ import annotations

from collections.abc import Iterator


def bundled_names(incomplete: str) -> Iterator[str]:
    """Yield the bundled models whose names begin so, else the files of the folder for the shell."""
    from ..files.bundled_models import manifest

    yield from (name for name in manifest() if name.startswith(incomplete))
