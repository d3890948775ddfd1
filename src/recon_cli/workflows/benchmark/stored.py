"""What to do without parameters where none can be given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import MissingParametersError


@contextmanager
def only_stored() -> Iterator[None]:
    """Say what commands without --beta and --lam offer where parameters are missing."""
    try:
        yield
    except MissingParametersError as error:
        advice = "take another --sigma, or another model with --model"
        raise MissingParametersError(error.missing, advice) from error
