"""Malformed files, each with the sentence and the exit code that it earns.

`python -m tests.trust.corpus FOLDER` writes them all.
"""

from __future__ import annotations

import io
import itertools
import pickle
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import h5py
import numpy as np
import scipy.io
import torch
from safetensors.torch import save as save_tensors

from .bombs import bombs
from .seeds import (
    GREY,
    KSPACE,
    MATLAB_73,
    RGBA,
    STACK,
    TRAINING_CONFIGURATION,
    buffered,
    hdf5,
    ismrmrd_header,
    npy,
    npz,
    picture,
    saved,
    seeds,
    tiff,
)

BOMB = 2**26
"""Bytes that a bomb unpacks to: above what the limit of the tests allows, and soon made."""


@dataclass(frozen=True)
class Malformed:
    """A file that cannot be read.

    Attributes:
        name: of the file.
        content: its bytes.
        use: which command reads it: `image`, `kspace`, `mask`, `maps`, `reference`, `params`, `model`,
            `config`, `checkpoint` or `log`.
        said: a regular expression of the sentence after the name of the program.
        code: the exit code.
    """

    name: str
    content: bytes
    use: str
    said: str
    code: int = 1


class Explosive:
    """What a pickle would run when it is read."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (Path("exploded"),)


_PICKLE = pickle.dumps(Explosive())
_DAMAGED = "is damaged or not supported: "


def _images() -> Iterator[tuple[str, bytes, str]]:
    png, huge = picture(GREY, "png"), struct.pack(">2I", 100_000, 100_000)
    yield "empty.png", b"", "empty.png is an empty file"
    yield (
        "text.png",
        b"hello",
        "text.png is not a PNG, TIFF, JPEG, WebP, npy, npz, FITS",
    )
    yield (
        "gif.png",
        picture(GREY, "gif"),
        "gif.png is not a PNG, TIFF, JPEG, WebP, npy, npz, FITS",
    )
    yield "cut.png", png[:150], "cut.png is damaged"
    yield "checksum.png", _with(png, 45, b"\0\1\2\3"), f"checksum.png {_DAMAGED}.*"
    yield (
        "huge.png",
        _png_with_ihdr(png, huge + png[24:29]),
        "huge.png declares 10000000000 values; at most .*",
    )
    yield "text-bomb.png", _png_with_chunk(png, b"zTXt", b"a\0\0" + _zeros()), "text-bomb.png is damaged"
    yield (
        "profile-bomb.png",
        _png_with_chunk(png, b"iCCP", b"a\0\0" + _zeros()),
        "profile-bomb.png is damaged",
    )
    yield "pixel-bomb.png", _png_with_pixels(png, _zeros()), "pixel-bomb.png is damaged"
    frames = {"save_all": True, "append_images": [_pillow(GREY[::-1])]}
    yield (
        "animation.png",
        picture(GREY, "png", **frames),
        "animation.png is an animation; save its pictures .*",
    )
    jpeg = picture(GREY, "jpeg")
    yield "cut.jpg", jpeg[:200], f"cut.jpg {_DAMAGED}.*"
    yield "huge.jpg", _jpeg_of_size(jpeg, 65500), "huge.jpg declares 4290250000 values; at most .*"
    plain = tiff(STACK, photometric="minisblack", metadata=None)
    yield "cut.tif", plain[: len(plain) // 2], "cut.tif is damaged"
    yield "circle.tif", _circle(), "circle.tif is damaged: its pages overlap"
    yield "pages.tif", _many_pages(300), r"pages.tif declares \d+ values; at most .*"
    yield "order.tif", b"MM\0*" + plain[4:], "order.tif is damaged|order.tif holds no image"
    yield "outside.tif", _strip(1, GREY.tobytes(), offset=10**6), "outside.tif is damaged"
    yield "huge.tif", _strip(1, b"", side=60_000), "huge.tif declares 3600000000 values; at most .*"
    yield "deflate-bomb.tif", _strip(8, _zeros()), "deflate-bomb.tif is damaged"
    yield "jpeg-bomb.tif", _strip(7, _jpeg_of_size(jpeg, 65500)), "jpeg-bomb.tif declares 4290250000 values.*"
    yield (
        "jpeg-none.tif",
        _strip(7, b"\xff\xd8\0\0"),
        "jpeg-none.tif is damaged: a part of it is no whole JPEG",
    )
    yield "codec.tif", _strip(34712, b"\0" * 99), "codec.tif is compressed by JPEG2000, which is not read.*"
    yield (
        "lab.tif",
        tiff(RGBA[..., :3], photometric="cielab", metadata=None),
        "lab.tif is a CIELAB TIFF; convert it to grey or RGB first",
    )
    array = npy(np.float32(GREY / 255))
    yield "cut.npy", array[:-9], f"cut.npy {_DAMAGED}it ends after 663 of 672 bytes"
    yield (
        "huge.npy",
        _npy("'<f4', 'fortran_order': False, 'shape': (99999, 99999)"),
        "huge.npy declares 9999800001 .*",
    )
    yield "many.npy", _npy("'<f4', 'fortran_order': False, 'shape': (2**40, 2**40)"), f"many.npy {_DAMAGED}.*"
    yield (
        "negative.npy",
        _npy("'<f4', 'fortran_order': False, 'shape': (-4, -4)"),
        "negative.npy is damaged: it .*",
    )
    yield "nested.npy", _npy("(" * 150 + "1" + ")" * 150), f"nested.npy {_DAMAGED}.*"
    yield "signs.npy", _npy("-" * 9000 + "1"), f"signs.npy {_DAMAGED}.*"
    yield (
        "header.npy",
        b"\x93NUMPY\x02\0" + b"\xff" * 4 + b"{",
        f"header.npy {_DAMAGED}its header has 4294967295 bytes",
    )
    yield "objects.npy", npy(np.array([[Explosive()]], object)), "objects.npy holds Python objects.*"
    yield (
        "pickle.npy",
        _PICKLE,
        "pickle.npy is not a PNG, TIFF, JPEG, WebP, npy, npz, FITS",
    )
    yield "posing.npy", npy(GREY)[:128] + _PICKLE, f"posing.npy {_DAMAGED}it ends after .*"
    yield "nan.npy", npy(GREY * np.nan), r"nan.npy has no pixel with data \(.* NaN or infinite\)"
    yield (
        "counts.npy",
        npy(GREY * 16.0),
        "sigma 25 is in 8-bit grey levels, which say nothing about data from .*",
    )
    yield "none.npy", npy(np.zeros((0, 9))), r"none.npy is an empty image of shape \(0, 9\)"
    yield "vector.npy", npy(np.zeros(9)), r"vector.npy has shape \(9,\); an image has at least two axes.*"
    yield "cut.npz", npz(image=GREY)[:-30], f"cut.npz {_DAMAGED}File is not a zip file"
    yield (
        "two.npz",
        npz(a=GREY, b=GREY),
        "two.npz has to hold one array, and holds a, b; save the image alone",
    )
    yield "objects.npz", npz(image=np.array([[Explosive()]], object)), "objects.npz holds Python objects.*"
    yield (
        "bomb.npz",
        _zip(_npy("'<f4', 'fortran_order': False, 'shape': (99999, 99999)"), 8),
        ("bomb.npz declares 9999800001 values; at most .*"),
    )
    yield (
        "packed.npz",
        _zip(npy(GREY) + bytes(BOMB), zipfile.ZIP_BZIP2),
        (f"packed.npz {_DAMAGED}image is packed neither plainly nor with deflate"),
    )
    yield "short.npz", _zip(npy(GREY)[:-9], 8), f"short.npz {_DAMAGED}it ends after 159 of 168 bytes"


def _kspace() -> Iterator[tuple[str, bytes, str]]:
    samples = npy(KSPACE)
    yield "text.dat", b"hello", "text.dat is not k-space.*"
    yield "cut.npy", samples[:-9], f"cut.npy {_DAMAGED}it ends after 1527 of 1536 bytes"
    yield (
        "huge.npy",
        _npy("'<c8', 'fortran_order': False, 'shape': (99999, 99999)"),
        "huge.npy declares 9999800001 .*",
    )
    yield "real.npy", npy(np.ones((6, 8))), "real.npy holds real values .*k-space is complex.*"
    yield "objects.npz", npz(kspace=np.array([[Explosive()]], object)), "objects.npz holds object values.*"
    yield "nan.npy", npy(KSPACE * np.nan), "nan.npy has 192 NaN or infinite values, the first at frame 0, .*"
    yield (
        "maps.npz",
        npz(kspace=KSPACE[0], maps=KSPACE[0, :1]),
        (r"the maps in maps.npz have shape \(1, 6, 8\), but its k-space needs \(2, 6, 8\)"),
    )
    yield (
        "mask.npz",
        npz(kspace=KSPACE[0], mask=np.ones(5)),
        (r"the mask in mask.npz has shape \(5,\), but k-space has 6 rows and 8 columns"),
    )
    mat = buffered(lambda file: scipy.io.savemat(file, {"kspace": KSPACE}))
    yield "cut.mat", mat[:-40], f"cut.mat {_DAMAGED}a variable ends early"
    yield "order.mat", mat[:126] + b"MI" + mat[128:], f"order.mat {_DAMAGED}.*|order.mat holds no array .*"
    lengths = struct.pack("<4i", 10**4, 10**4, 10**4, 1)
    yield "huge.mat", _with(mat, 160, lengths), "huge.mat declares 1000000000000 values; at most .*"
    yield "cut.mat73", hdf5({"kspace": KSPACE}, MATLAB_73)[:900], "cut.mat73 is cut short: .*; copy it again"
    chunks = {"chunks": True, "maxshape": (None,) * 4}
    yield "cut.h5", hdf5({"kspace": KSPACE})[:900], "cut.h5 is cut short: .*; copy it again"
    yield "huge.h5", saved(_huge, ".h5"), "huge.h5 declares 1000000000000 values; at most .*"
    yield "chunk-bomb.h5", saved(_chunk_bomb, ".h5"), f"chunk-bomb.h5 {_DAMAGED}.*|chunk-bomb.h5 is damaged.*"
    yield (
        "link.h5",
        saved(lambda p: _link(p, h5py.ExternalLink("/etc/passwd", "/kspace")), ".h5"),
        ("link.h5 has a link in place of kspace, which is not followed; store the data itself"),
    )
    yield (
        "outside.h5",
        saved(_external, ".h5"),
        "outside.h5 keeps kspace in another file, which is not read.*",
    )
    yield "virtual.h5", saved(_virtual, ".h5"), "virtual.h5 keeps kspace in another file, which is not read.*"
    yield "text.h5", hdf5({"kspace": "hello"}), "text.h5 holds no numbers in /kspace"
    yield "other.h5", hdf5({"image": KSPACE}, **chunks), "other.h5 holds neither kspace .*, but image"
    yield (
        "bomb-of-names.h5",
        _ismrmrd(_entities()),
        "the header of bomb-of-names.h5 .* defines entities of its own",
    )
    outside = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    yield (
        "entity.h5",
        _ismrmrd(outside + ismrmrd_header().replace(b"cartesian", b"&a;")),
        "the header of entity.h5 .* defines entities of its own",
    )
    yield (
        "matrix.h5",
        _ismrmrd(ismrmrd_header(6, 10**6)),
        "the header of matrix.h5 names no matrix .*, or one of more than 32768 samples .*",
    )
    yield (
        "none.cfl",
        bytes(1536),
        "none.hdr does not exist; BART's arrays are a .cfl file with a .hdr file .*",
    )


def _others() -> Iterator[Malformed]:
    def make(use: str, name: str, content: bytes, said: str, code: int = 1) -> Malformed:
        return Malformed(name, content, use, said, code)

    yield make(
        "mask", "shape.npy", npy(np.ones((3, 3))), r"shape.npy has shape \(3, 3\), but k-space has 12 rows.*"
    )
    yield make("mask", "zero.npy", npy(np.zeros((12, 14))), "zero.npy is zero everywhere: nothing is sampled")
    yield make("mask", "nan.npy", npy(np.full(14, np.nan)), "nan.npy has 14 NaN values; a mask has none")
    yield make("mask", "pickle.npy", _PICKLE, "pickle.npy is not a mask.*")
    yield make("maps", "shape.npy", npy(KSPACE[0]), r"the coil maps have shape \(2, 6, 8\), k-space has .*")
    yield make(
        "maps", "nan.npy", npy(np.full((1, 12, 14), 1j * np.nan)), "nan.npy has 168 NaN or infinite values.*"
    )
    yield make(
        "maps", "real.npy", npy(np.ones((1, 12, 14))), "real.npy holds real values .*coil maps are complex.*"
    )
    yield make("reference", "cut.h5", hdf5({"reconstruction": GREY})[:900], "cut.h5 is cut short: .*")
    yield make(
        "reference", "other.h5", hdf5({"image": GREY}), "other.h5 holds none of reconstruction_esc, .*"
    )
    toml = seeds()["parameters"][0]
    named = "is not a parameter file of recon tune: "
    yield make(
        "params",
        "binary.toml",
        b"\xff\xfe",
        "the parameter file binary.toml cannot be read: it is no UTF-8 text",
    )
    yield make("params", "nested.toml", b"a = " + b"[" * 9000, f"nested.toml {named}it is nested too deeply")
    yield make("params", "cut.toml", toml[:60], f"cut.toml {named}.*")
    yield make("params", "word.toml", toml.replace(b"0.4", b'"0.4"'), f"word.toml {named}beta is 0.4")
    yield make("params", "infinite.toml", toml.replace(b"0.4", b"inf"), f"infinite.toml {named}beta is inf")
    yield make(
        "params", "long.toml", toml.replace(b"0.4", b"1" + b"0" * 400), f"long.toml {named}beta is 1000.*"
    )
    yield make("params", "more.toml", toml + b"code = 1\n", rf"more.toml {named}what is code\?")
    yield make(
        "params", "task.toml", toml.replace(b'"denoise"', b'"mri"'), "task.toml was tuned for task mri, .*", 2
    )
    good = {"atoms": torch.randn(6, 4, 4, generator=torch.Generator().manual_seed(1))}
    head = (
        '{"format": "recon-dictionary-1", "variant": "mean-free", "sigma": 25, "tuned": {}, "training": {}}'
    )
    unread, invalid = "is not a readable dictionary: ", "has no valid header of a dictionary: "

    def weights(tensors: dict[str, torch.Tensor], header: str) -> bytes:
        return bytes(save_tensors(tensors, {"recon": header}))

    yield make("model", "pickle.safetensors", _PICKLE, f"pickle.safetensors {unread}.*")
    yield make(
        "model", "torch.safetensors", buffered(lambda f: torch.save(good, f)), f"torch.safetensors {unread}.*"
    )
    yield make("model", "cut.safetensors", weights(good, head)[:-4], f"cut.safetensors {unread}.*")
    yield make("model", "length.safetensors", b"\xff" * 8 + b"{}", f"length.safetensors {unread}.*")
    yield make(
        "model",
        "nested.safetensors",
        weights(good, "[" * 9000),
        f"nested.safetensors {invalid}it is nested .*",
    )
    yield make(
        "model",
        "long.safetensors",
        weights(good, head.replace("25", "1" + "0" * 400)),
        f"long.* {invalid}sigma .*",
    )
    yield make(
        "model",
        "more.safetensors",
        weights(good | {"b": torch.ones(1)}, head),
        "more.* is not a dictionary.*",
    )
    nan = {"atoms": good["atoms"] * torch.nan}
    yield make(
        "model",
        "nan.safetensors",
        weights(nan, head),
        "nan.* holds atoms that are not finite float32 numbers",
    )
    yield make(
        "model",
        "large.safetensors",
        weights({"atoms": good["atoms"] * 1e38}, head),
        "large.* holds atoms that are too.*",
    )
    flat = {"atoms": torch.ones(6, 4, 4)}
    yield make("model", "flat.safetensors", weights(flat, head), "flat.safetensors holds a constant atom")
    yield make(
        "config",
        "nested.toml",
        b"a = " + b"[" * 9000,
        ".*nested.toml cannot be read: it is nested too deeply",
    )
    yield make("config", "cut.toml", b'sigma = "', "the configuration cut.toml cannot be read: .*")
    yield make(
        "config",
        "unknown.toml",
        TRAINING_CONFIGURATION + b"code = 1\n",
        "code: there is no such setting .*",
        2,
    )
    atoms = TRAINING_CONFIGURATION.replace(b"atoms = 6", b"atoms = 1000000000000")
    yield make("config", "huge.toml", atoms, "atoms: Input should be less than or equal to 4096", 2)
    state, wrong = seeds()["checkpoint"][0], "the checkpoint .*checkpoint cannot be read: "
    yield make("checkpoint", "cut", state[:-9], f"{wrong}.*")
    yield make("checkpoint", "checksum", state[:-1] + bytes([state[-1] ^ 1]), f"{wrong}its checksum is wrong")
    yield make("checkpoint", "pickle", _PICKLE, f"{wrong}.*")
    yield make("checkpoint", "other", weights(good, "{}"), ".*checkpoint is not a checkpoint of a training")
    no_log = "log.jsonl is no log of recon tune, or damaged; give another --log, or --overwrite"
    yield make("log", "other", b"hello\n", no_log)
    yield make("log", "nested", b"[" * 9000 + b"\n", no_log)
    yield make("log", "binary", b"\xff\xfe\n", "the log log.jsonl cannot be read: it is no UTF-8 text")
    yield make("log", "mark", seeds()["tune log"][0], "log.jsonl was written for other images or settings.*")


@lru_cache
def corpus() -> tuple[Malformed, ...]:
    """Return all malformed files."""
    images = (Malformed(name, content, "image", said) for name, content, said in _images())
    kspace = (Malformed(name, content, "kspace", said) for name, content, said in _kspace())
    small = (Malformed(name, content, use, said) for name, use, content, said in bombs())
    return (*images, *kspace, *_others(), *small)


def _with(content: bytes, place: int, change: bytes) -> bytes:
    return content[:place] + change + content[place + len(change) :]


def _pillow(array: np.ndarray) -> object:
    from PIL import Image

    return Image.fromarray(array)


@lru_cache
def _zeros(size: int = BOMB) -> bytes:
    """Return a deflate stream of so many zeros."""
    return zlib.compress(bytes(size), 9)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png_with_ihdr(png: bytes, content: bytes) -> bytes:
    return png[:8] + _chunk(b"IHDR", content) + png[33:]


def _png_with_chunk(png: bytes, kind: bytes, content: bytes) -> bytes:
    return png[:33] + _chunk(kind, content) + png[33:]


def _png_with_pixels(png: bytes, content: bytes) -> bytes:
    return png[:33] + _chunk(b"IDAT", content)


def _jpeg_of_size(jpeg: bytes, side: int) -> bytes:
    return _with(jpeg, jpeg.index(b"\xff\xc0") + 5, struct.pack(">HH", side, side))


def _strip(compression: int, content: bytes, *, side: int = 16, offset: int = 8) -> bytes:
    """Return a TIFF of one grey strip by hand."""
    tags = (
        (256, 4, side), (257, 4, side), (258, 3, 8), (259, 3, compression), (262, 3, 1), (273, 4, offset),
        (277, 3, 1), (278, 4, side), (279, 4, len(content)),
    )  # fmt: skip
    entries = b"".join(struct.pack("<HHII", code, kind, 1, value) for code, kind, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(content)) + content + directory


def _circle() -> bytes:
    """Return a TIFF whose only page is followed by itself."""
    content = _strip(1, bytes(256))
    return content[:-4] + struct.pack("<I", 8 + 256)


def _many_pages(count: int) -> bytes:
    """Return a TIFF of many pages that share their pixels."""
    one, size = _strip(1, bytes(256))[264:-4], 9 * 12 + 6
    pages = [one + struct.pack("<I", 264 + size * (k + 1) if k + 1 < count else 0) for k in range(count)]
    return b"II*\0" + struct.pack("<I", 264) + bytes(256) + b"".join(pages)


def _npy(described: str) -> bytes:
    """Return an npy file whose header says this after `descr`, and nothing else."""
    header = f"{{'descr': {described}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header


def _zip(member: bytes, method: int) -> bytes:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w", method) as archive:
        archive.writestr("image.npy", member)
    return buffer.getvalue()


def _huge(place: Path) -> None:
    with h5py.File(place, "w") as file:
        file.create_dataset("kspace", (10**6, 10**6), np.complex64, chunks=(1000, 1000))


def _chunk_bomb(place: Path) -> None:
    with h5py.File(place, "w") as file:
        made = file.create_dataset("kspace", (8, 8), np.complex64, chunks=(8, 8), compression="gzip")
        made.id.write_direct_chunk((0, 0), _zeros(2**29))


def _link(place: Path, link: object) -> None:
    with h5py.File(place, "w") as file:
        file["kspace"] = link


def _external(place: Path) -> None:
    with h5py.File(place, "w") as file:
        file.create_dataset("kspace", (6, 8), np.complex64, external=[("/etc/passwd", 0, 384)])


def _virtual(place: Path) -> None:
    with h5py.File(place, "w") as file:
        layout = h5py.VirtualLayout((6, 8), np.complex64)
        layout[:] = h5py.VirtualSource("/tmp/other.h5", "kspace", (6, 8))
        file.create_virtual_dataset("kspace", layout)


def _entities() -> bytes:
    names = "abcdefghij"
    nested = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    declared = f'<!DOCTYPE l [<!ENTITY a "long">{nested}]>'.encode()
    return declared + ismrmrd_header().replace(b"cartesian", b"&j;")


def _ismrmrd(header: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "k.h5"
        place.write_bytes(seeds()["kspace ismrmrd"][0])
        with h5py.File(place, "r+") as file:
            file["dataset/xml"][0] = header
        return place.read_bytes()


if __name__ == "__main__":
    for bad in corpus():
        target = Path(sys.argv[1]) / bad.use / bad.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(bad.content)
