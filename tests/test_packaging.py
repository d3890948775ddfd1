"""What packages, citations and workflows say is what the project is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import recon_cli

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = {"matplotlib": "matplotlib-base", "torch": "pytorch"}
"""Names of packages there, where they differ."""


def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def test_the_version_is_the_same_everywhere() -> None:
    changed = re.search(r"^## (\S+),", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert changed
    places = {
        PROJECT["version"],
        recon_cli.__version__,
        str(_yaml("CITATION.cff")["version"]),
        str(_yaml("packaging/conda/recipe.yaml")["context"]["version"]),
        changed[1],
    }
    assert len(places) == 1, places


def test_the_citation_says_what_the_project_says() -> None:
    cited = _yaml("CITATION.cff")
    assert cited["license"] == PROJECT["license"]
    assert cited["keywords"] == PROJECT["keywords"]
    assert [author["name"] for author in cited["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]
    assert "Learning a convex patch-based synthesis model" in cited["references"][0]["title"]


def test_the_conda_recipe_needs_what_the_project_needs() -> None:
    needed = dict(re.fullmatch(r"([\w-]+)(>=.+)", each).groups() for each in PROJECT["dependencies"])  # type: ignore[union-attr]
    wanted = {f"{CONDA.get(name, name.lower())} {bound}" for name, bound in needed.items()}
    run = set(_yaml("packaging/conda/recipe.yaml")["requirements"]["run"])
    assert run == wanted | {f"python {PROJECT['requires-python']}"}


def test_every_python_of_the_classifiers_is_tested_on_three_systems() -> None:
    matrix = _yaml(".github/workflows/tests.yml")["jobs"]["test"]["strategy"]["matrix"]
    named = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", each)]
    assert matrix["python"] == named
    assert PROJECT["requires-python"] == f">={named[0]}"
    assert {system.partition("-")[0] for system in matrix["system"]} == {"ubuntu", "macos", "windows"}


def test_what_needs_another_program_is_tested_where_it_is_installed() -> None:
    """These tests are skipped without it, so that one run has to have it."""
    jobs = _yaml(".github/workflows/tests.yml")["jobs"]
    for name, program, tests in (
        ("slow", "google-chrome --version", "tests/cli/test_report_pages.py"),
        ("deepinv", "import deepinv", "tests/bridges/test_deepinv.py"),
        ("imagej", "test -f /usr/share/java/ij.jar", "tests/examples/test_imagej.py"),
        ("napari", "xvfb", "tests/bridges/napari"),
    ):
        *_, install, test = (step["run"] for step in jobs[name]["steps"] if "run" in step)
        assert program in install
        assert tests in test
        assert (ROOT / tests).exists()
    assert "pytest -m slow" in jobs["slow"]["steps"][-1]["run"]


def test_a_release_is_published_without_a_secret_once_all_wheels_are_made() -> None:
    jobs = _yaml(".github/workflows/release.yml")["jobs"]
    publish = jobs["publish"]
    assert set(publish["needs"]) == set(jobs) - {"publish"}
    assert publish["permissions"] == {"id-token": "write"}
    assert "secrets" not in (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    pure = [step for step in jobs["pure"]["steps"] if "--wheel" in step.get("run", "")]
    assert pure[0]["env"] == {"RECON_NATIVE": "0"}


@pytest.mark.parametrize(
    "form", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem
)
def test_the_forms_for_issues_can_be_filled_in(form: Path) -> None:
    content = yaml.safe_load(form.read_text("utf-8"))
    if form.stem == "config":
        assert content == {"blank_issues_enabled": True}
        return
    names = [each["id"] for each in content["body"]]
    assert len(names) == len(set(names)) > 1
    assert all(each["type"] == "textarea" and each["attributes"]["label"] for each in content["body"])
    assert content["name"]
    assert content["description"]
