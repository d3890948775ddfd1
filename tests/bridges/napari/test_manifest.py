from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest
import yaml

import recon_cli

npe2 = pytest.importorskip("npe2", reason="napari is not installed")

MANIFEST = Path(recon_cli.__file__).parent / "bridges/napari/napari.yaml"


def test_npe2_finds_no_fault_and_every_function_can_be_imported() -> None:
    manifest = npe2.PluginManifest.from_file(MANIFEST)
    manifest.validate_imports()
    assert manifest.name == "patchrecon"
    assert yaml.safe_load(MANIFEST.read_text())["contributions"]["widgets"][0]["display_name"] == "Denoise"


def test_the_package_says_that_it_is_a_plugin() -> None:
    found = importlib.metadata.entry_points(group="napari.manifest", name="patchrecon")
    assert [entry.value for entry in found] == ["recon_cli.bridges.napari:napari.yaml"]
    assert npe2.PluginManifest.from_distribution("patchrecon").display_name == "recon"
