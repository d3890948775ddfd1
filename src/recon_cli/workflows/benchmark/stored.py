"""What to do without parameters where none can be given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import MissingParametersError


@contextmanager
def missing_advice(advice: str = "take another --sigma, or another model with --model") -> Iterator[None]:
    """Say what commands without --beta and --lam offer where parameters are missing."""
    try:
        yield
    except MissingParametersError as error:
        raise MissingParametersError(error.missing, advice) from error
