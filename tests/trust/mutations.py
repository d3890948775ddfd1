"""Damage to a file: changed bytes, and changes below checksums and compression that keep those valid."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Sequence

from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from recon_cli.models.checkpoint import seal

_NUMBERS = (
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    2**63 - 1,
    2**64 - 1,
)
_TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b"null", b"NaN", b"-Infinity", b"1e999", b"-1", b"0", b"1" + b"0" * 400,
    b"true", b'"a"', b"[" * 5000, b"\\u0000", b"\xff", b"\n", b",", b"=", b"(",
    b"1" * 5000, b"1e308", b"\xed\xa0\x80",
)  # fmt: skip


def mutate(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a damaged version of a file.

    Args:
        content: of a valid file.
        others: valid files, of which parts may be taken.
        chance: decides on the damage.
    """
    if chance.random() < 0.5:
        inner = _INNER.get(next((mark for mark in _INNER if content.startswith(mark)), b""))
        if inner:
            return inner(content, others, chance)
    return scramble(content, others, chance)


def scramble(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Change one or a few places of some bytes, whatever they mean."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 10))):
        if not data:
            break
        # headers decide more than samples do
        limit = len(data) if chance.random() < 0.5 else min(len(data), 512)
        place = chance.randrange(limit)
        kind = chance.randrange(9)
        if kind == 0:
            data[place] = chance.randrange(256)
        elif kind == 1:
            data[place] ^= 1 << chance.randrange(8)
        elif kind == 2:
            size = chance.choice((1, 2, 4, 8))
            value = chance.choice(_NUMBERS) % 256**size
            data[place : place + size] = value.to_bytes(size, chance.choice(("little", "big")))
        elif kind == 3:
            del data[place:]
        elif kind == 4:
            del data[place : place + chance.randrange(1, 64)]
        elif kind == 5:
            data[place:place] = data[place : place + chance.randrange(1, 64)]
        elif kind == 6:
            other = chance.choice(others)
            start = chance.randrange(len(other))
            part = other[start : start + chance.randrange(1, 128)]
            data[place : place + len(part)] = part
        elif kind == 7:
            size = chance.choice((2, 4, 8))
            near = int.from_bytes(data[place : place + size], "little") + chance.randrange(-4, 5)
            data[place : place + size] = (near % 256**size).to_bytes(size, "little")
        else:
            data[place : place + chance.randrange(1, 8)] = chance.choice(_TOKENS)
    return bytes(data)


def _png(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Damage a chunk and give it its checksum."""
    chunks, place = [], 8
    while place + 8 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        chunks.append((content[place + 4 : place + 8], content[place + 8 : place + 8 + length]))
        place += length + 12
    number = chance.randrange(len(chunks))
    kind, inside = chunks[number]
    if kind == b"IDAT" and chance.random() < 0.7:
        inside = zlib.compress(scramble(zlib.decompress(inside), others, chance))
    elif inside:
        inside = scramble(inside, others, chance)
    chunks[number] = (kind, inside)
    if chance.random() < 0.1:
        chunks.insert(number, chance.choice(chunks))
    return content[:8] + b"".join(
        struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks
    )


def _zip(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Damage a member of an archive, which stays sound around it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(members))
    members[name] = scramble(members[name], others, chance)
    with zipfile.ZipFile(buffer := io.BytesIO(), "w", chance.choice((0, 8, 8, 12, 14))) as archive:
        for each, inside in members.items():
            archive.writestr(each, inside)
    return buffer.getvalue()


def _matlab(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Damage a variable below its compression."""
    parts, place = [content[:128]], 128
    while place + 8 <= len(content):
        kind, size = struct.unpack_from("<II", content, place)
        inside = content[place + 8 : place + 8 + size]
        if kind == 15:
            inside = zlib.compress(scramble(zlib.decompress(inside), others, chance))
        else:
            inside = scramble(inside, others, chance)
        parts.append(struct.pack("<II", kind, len(inside)) + inside)
        place += 8 + size
    return b"".join(parts)


def safetensors(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Damage the header of a safetensors file and give it its length."""
    (length,) = struct.unpack_from("<Q", content)
    header = scramble(content[8 : 8 + length], others, chance)
    return struct.pack("<Q", len(header)) + header + content[8 + length :]


def checkpoint(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Damage the values of a checkpoint and give it its checksum, as somebody may who writes one."""
    tensors = load_tensors(content)
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["recon"])
    name = chance.choice(list(tensors))
    kind = chance.randrange(4)
    if kind == 0:
        flat = tensors[name].flatten()
        numbers = (float("nan"), float("inf"), 0, 255, 1e38) if flat.is_floating_point() else (0, 127, 255)
        flat[chance.randrange(len(flat))] = chance.choice(numbers)
        tensors[name] = flat.reshape(tensors[name].shape)
    elif kind == 1:
        tensors[name] = chance.choice((tensors[name].double(), tensors[name][:1], tensors[name].flatten()))
    elif kind == 2:
        del tensors[name]
    else:
        field = chance.choice(list(header))
        header[field] = chance.choice((None, [], {}, -1, 2**70, float("nan"), "1", [1, 2], [None, 1], True))
    if header.pop("sha256"):
        return seal(tensors, header)
    return bytes(save_tensors(tensors, {"recon": json.dumps(header)}))


_INNER = {
    b"\x89PNG": _png,
    b"PK\x03\x04": _zip,
    b"MATLAB 5.0": _matlab,
}
