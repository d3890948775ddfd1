from __future__ import annotations

import io

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images import read_picture
from recon_cli.files.images.write import encode_picture


def test_npz_keeps_the_name_of_its_array() -> None:
    array = np.random.default_rng(0).random((2, 9, 8)).astype(np.float32)
    np.savez(buffer := io.BytesIO(), scan=array)
    picture = read_picture(buffer.getvalue(), "in")
    with np.load(io.BytesIO(encode_picture(picture, "npz"))) as back:
        assert back.files == ["scan"]
        np.testing.assert_array_equal(back["scan"], array)
    np.testing.assert_array_equal(np.load(io.BytesIO(encode_picture(picture, "npy"))), array)


def test_several_arrays_and_vectors_are_refused() -> None:
    np.savez(buffer := io.BytesIO(), a=np.zeros((3, 3)), b=np.zeros((3, 3)))
    with pytest.raises(ReconError, match="in has to hold one array, and holds a, b"):
        read_picture(buffer.getvalue(), "in")
    np.save(buffer := io.BytesIO(), np.zeros(9))
    with pytest.raises(ReconError, match="an image has at least two axes"):
        read_picture(buffer.getvalue(), "in")
    np.save(buffer := io.BytesIO(), np.array([[{}]], object), allow_pickle=True)
    with pytest.raises(ReconError, match="in holds Python objects"):
        read_picture(buffer.getvalue(), "in")
