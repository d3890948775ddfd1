from __future__ import annotations

import io

import pytest

from recon_cli.errors import ReconError
from recon_cli.files import streams


def test_standard_input_has_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_BYTES", 5)
    for content, said in ((b"12345", ""), (b"123456", "more than 5 bytes"), (b"", "is empty")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        if said:
            with pytest.raises(ReconError, match=said):
                streams.read_stdin()
        else:
            assert streams.read_stdin() == content


def test_a_terminal_is_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", stdin := io.TextIOWrapper(io.BytesIO(b"x")))
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    with pytest.raises(ReconError, match="standard input is a terminal"):
        streams.read_stdin()
