from __future__ import annotations

import pickle

import pytest

from recon_cli.errors import MissingParametersError, ReconError, reason_of
from recon_cli.workflows.denoising.whitening import NoNoiseError


def test_a_reason_is_one_line_of_bounded_length() -> None:
    assert reason_of(ValueError("it is too short\nand more")) == "it is too short"
    assert reason_of(ValueError("x" * 1000)) == "x" * 200
    assert reason_of(EOFError()) == "EOFError"


@pytest.mark.parametrize(
    "error", [ReconError("no", 2), MissingParametersError("none", "give some"), NoNoiseError()]
)
def test_an_error_goes_to_another_process_as_it_is(error: ReconError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
