from __future__ import annotations

import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace.ismrmrd_header import Space, encodings_of

from .raw import bare_header, header, koma_header


def test_what_the_standard_names_is_read() -> None:
    text = header(
        (8, 6, 4), (32.0, 24.0, 12.0), (4, 6, 4), (16.0, 24.0, 12.0), centres=(3, 2), calibration="embedded"
    )
    (encoding,) = encodings_of("k.h5", text)
    assert encoding.encoded == Space((8, 6, 4), (32.0, 24.0, 12.0))
    assert encoding.recon == Space((4, 6, 4), (16.0, 24.0, 12.0))
    assert (encoding.trajectory, encoding.centres, encoding.calibration) == ("cartesian", (3, 2), "embedded")


def test_a_simulators_header_is_read() -> None:
    """Its trajectory is none of the standard's, and most of what that asks for is missing."""
    (encoding,) = encodings_of("k.h5", koma_header((101, 99, 1)))
    assert encoding.encoded == encoding.recon == Space((101, 99, 1), (230.0, 230.0, 1.0))
    assert (encoding.trajectory, encoding.centres, encoding.calibration) == ("custom", (0, 0), "")


def test_a_matrix_is_enough() -> None:
    (encoding,) = encodings_of("k.h5", bare_header((8, 6, 1)).encode())
    assert encoding.recon == Space((8, 6, 1), (0.0, 0.0, 0.0))
    assert encoding.trajectory == "cartesian"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<ismrmrdHeader>", "k.h5 is damaged or not supported: its header is no XML"),
        ("<a><encoding/></a>", "the header of k.h5 names no matrix"),
        (bare_header((0, 6, 1)), "the header of k.h5 names no matrix"),
        (bare_header((8, 6, 1)).replace("8", "many"), "the header of k.h5 names no matrix"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "defines entities of its own"),
        ("<a>" + " " * 2**22 + "</a>", "is too long"),
    ],
)
def test_what_is_no_header_earns_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ReconError, match=sentence):
        encodings_of("k.h5", text)
