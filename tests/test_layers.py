"""The house: no import goes from a lower layer to a higher one, and none in a circle."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src/recon_cli"
LAYERS = (
    ("errors", "interruptions", "children", "executor", "modes", "tasks", "threads"),
    ("arguments", "device", "quality"),
    (
        "solver",
        "engine.reductions",
        "engine.domain",
        "engine.phases",
        "engine.fast_length",
        "engine.circulant",
    ),
    ("engine.operators", "engine.patches"),
    ("engine.native", "engine.measurement", "engine.result"),
    ("engine.certificate", "engine.reach"),
    ("engine.priors",),
    ("engine.solvers",),
    ("engine.learning",),
    ("files",),
    ("models",),
    ("priors", "operators"),
    ("reconstruction",),
    ("workflows",),
    ("cluster",),
    ("reporting", "library"),
    ("bridges",),
    ("cli",),
    ("", "__main__"),
)
"""From the lowest to the highest; the package itself only names what it holds."""


@cache
def _imports() -> dict[str, set[str]]:
    """Return what each module of the package imports of it, wherever in the file, for types as well."""
    paths = {_name(path): path for path in SOURCE.rglob("*.py")}
    found: dict[str, set[str]] = {name: set() for name in paths}
    for name, path in paths.items():
        package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("recon_cli") for alias in node.names), path
            if not isinstance(node, ast.ImportFrom):
                continue
            assert node.level or not str(node.module).startswith("recon_cli"), path
            if node.level:
                home = package[: len(package) - node.level + 1] + (node.module or "").split(".")
                base = ".".join(filter(None, home))
                inside = (f"{base}.{alias.name}".strip(".") for alias in node.names)
                found[name] |= {each if each in paths else base for each in inside}
    return found


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _layer(module: str) -> int:
    if module == "engine":
        return 0  # it holds nothing but its name
    matches = [
        (len(prefix), level)
        for level, layer in enumerate(LAYERS)
        for prefix in layer
        if module == prefix or (prefix and module.startswith(f"{prefix}."))
    ]
    return max(matches)[1]


def test_every_module_has_a_layer_and_the_imports_are_found() -> None:
    assert len(_imports()) > 200
    assert sum(map(len, _imports().values())) > 700
    for module in _imports():
        _layer(module)


def test_no_import_goes_upwards() -> None:
    upwards = [
        f"{module} imports {other}"
        for module, others in _imports().items()
        for other in others
        if _layer(other) > _layer(module) and other != ""
    ]
    assert not upwards, "\n".join(upwards)


def test_no_import_goes_in_a_circle() -> None:
    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            new = _imports()[todo.pop()] - seen
            seen |= new
            todo += new
        return seen

    circles = sorted(module for module in _imports() if module and module in reached(module))
    assert not circles, circles
