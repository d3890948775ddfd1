"""Search for inputs that break a reader, guided by the lines that they reach (atheris, on Linux).

    pip install -c constraints.txt '.[fuzz]'
    python -m fuzz.coverage_guided --reader tiff --seconds 60

Without `--reader` an input's first byte chooses it. HDF5 is left out then: here its library may end the
search, while the commands read it in a process of its own. A failing input is left in `fuzz/failures`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["recon_cli", "tifffile", "numpy.lib", "zipfile", "PIL", "tomllib"]):
    from recon_cli.errors import ReconError
    from recon_cli.files.limits import set_limit
    from tests.trust.bombs import hostile
    from tests.trust.seeds import seeds
    from tests.trust.targets import TARGETS

from .mutate import HDF5_CALLERS, HDF5_READERS, LIMIT, SECONDS, read_here

KEPT = Path("fuzz/failures")
_MEGABYTES = 4096
"""That libFuzzer allows the whole process, imports included."""


def search(names: list[str], seconds: int) -> None:
    """Fuzz readers in this process, which ends with it; the first byte of an input says which one."""
    for module in HDF5_CALLERS:
        module.read_in_process = read_here
    set_limit(LIMIT)
    folder = Path(tempfile.mkdtemp(prefix="recon-fuzz-"))
    corpus = folder / "seeds"
    corpus.mkdir()
    for index, name in enumerate(names):
        for number, content in enumerate(seeds()[name] + hostile(name)):
            (corpus / f"{index}-{number}").write_bytes(bytes([index]) + content)
    KEPT.mkdir(parents=True, exist_ok=True)

    def read(content: bytes) -> None:
        if not content:
            return
        target = TARGETS[names[content[0] % len(names)]]
        place = folder / f"in{target.suffix}"
        place.write_bytes(content[1:])
        try:
            target.read(place)
        except ReconError as error:
            if not str(error) or "\n" in str(error):
                raise ValueError("the sentence is empty or has several lines") from error

    words = [
        f"-max_total_time={seconds}",
        f"-timeout={SECONDS}",
        "-seed=1",
        f"-rss_limit_mb={_MEGABYTES}",
        f"-artifact_prefix={KEPT}/",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *words], read)
    atheris.Fuzz()


def main() -> None:
    """Choose the readers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reader", choices=list(TARGETS), help="default all but those of HDF5")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    names = [options.reader] if options.reader else [name for name in TARGETS if name not in HDF5_READERS]
    search(names, options.seconds)


if __name__ == "__main__":
    main()
