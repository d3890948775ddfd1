"""What to do without parameters where none can be given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import NoParameters


@contextmanager
def only_stored() -> Iterator[None]:
    """Say what commands without --beta and --lam offer where parameters are missing."""
    try:
        yield
    except NoParameters as error:
        raise NoParameters(error.missing, "take another --sigma, or another model with --model") from error
