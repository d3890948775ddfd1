from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import recon_cli

ROOT = Path(__file__).resolve().parents[1]


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_importing_the_package_does_not_import_torch() -> None:
    said = _python("import sys, recon_cli; assert 'torch' not in sys.modules; recon_cli.nothing")
    assert "module 'recon_cli' has no attribute 'nothing'" in said


def test_listing_the_package_names_what_it_offers_and_imports_nothing() -> None:
    said = _python("import sys, recon_cli; print(dir(recon_cli)); assert 'torch' not in sys.modules")
    assert "Traceback" not in said
    for name in recon_cli.__all__:
        assert repr(name) in said
    assert {"reconstruct", "denoise", "mri", "models", "operators", "priors"} <= set(recon_cli.__all__)


def test_everything_that_is_listed_is_there_and_documented() -> None:
    for name in recon_cli.__all__:
        found = getattr(recon_cli, name)
        assert name == "__version__" or found.__doc__, name
    for part in (recon_cli.models, recon_cli.operators, recon_cli.priors):
        assert all(getattr(part, name).__doc__ for name in part.__all__)


def test_what_is_imported_by_name_is_what_the_modules_hold() -> None:
    from recon_cli import denoise, reconstruct
    from recon_cli.library.denoise import denoise as own
    from recon_cli.reconstruction import reconstruct as own_reconstruct

    assert (denoise, reconstruct) == (own, own_reconstruct)


def test_the_package_says_that_it_is_typed() -> None:
    assert files("recon_cli").joinpath("py.typed").is_file()
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert build["wheel"]["packages"] == ["src/recon_cli"]  # with every file in it
    assert "exclude" not in build["wheel"]


def test_the_version_is_that_of_the_distribution() -> None:
    assert recon_cli.__version__ == version("patchrecon")
