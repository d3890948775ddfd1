"""Describe the dictionaries of pretrained/ in its manifest, after one was trained or tuned anew."""

from __future__ import annotations

from pathlib import Path

from recon_cli.models.registry import write_manifest

if __name__ == "__main__":
    write_manifest(Path(__file__).resolve().parents[1] / "pretrained")
