"""Which codecs of Zarr may unpack a chunk: those of plain numbers; others run code that a file asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....errors import ReconError

_KNOWN = frozenset(
    ("bytes", "endian", "transpose", "blosc", "gzip", "zstd", "crc32c", "sharding_indexed",
     "zlib", "lz4", "bz2", "lzma", "shuffle", "delta", "fixedscaleoffset", "crc32", "adler32")
)  # fmt: skip


def check_codecs(array: Any, name: str) -> None:
    """Raise a ReconError where an array is packed by a codec that is not known to be harmless."""
    for codec in _codecs(array.metadata.to_dict()):
        if codec.removeprefix("numcodecs.") not in _KNOWN:
            raise ReconError(f"{name} is packed by {codec}, which is not read; save it with blosc or zstd")


def _codecs(found: Any) -> Iterator[str]:
    """Yield the names of codecs, wherever metadata of version 2 or 3 have them."""
    if hasattr(found, "to_dict"):
        found = found.to_dict()
    elif hasattr(found, "get_config"):
        found = found.get_config()
    if not isinstance(found, dict):
        return
    for key in ("codecs", "index_codecs", "filters", "compressor"):
        parts = found.get(key)
        for part in parts if isinstance(parts, (list, tuple)) else [parts] if parts else []:
            config = part.to_dict() if hasattr(part, "to_dict") else part
            config = config.get_config() if hasattr(config, "get_config") else config
            yield str(config.get("name") or config.get("id"))
            yield from _codecs(config.get("configuration"))
