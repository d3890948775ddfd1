"""The yardstick, imported from the design folder beside the project: the paper's algorithms, literally."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

SHARED = Path(__file__).resolve().parents[2] / "shared"


def load_baseline() -> ModuleType:
    """Return the module `paper_baseline`.

    Raises:
        FileNotFoundError: when the design folder is not beside the project.
    """
    path = SHARED / "baseline" / "paper_baseline.py"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is needed by this benchmark")
    spec = importlib.util.spec_from_file_location("paper_baseline", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
