"""`recon benchmark`: tables and figures that compare methods."""

from __future__ import annotations

import typer

from ..option_groups import CommandGroup
from ..settings import SettingsCommand
from .curves import curves
from .denoise import denoise
from .figure import figure
from .mri import mri
from .seen import deconvolve, inpaint, tomography, upscale


class _Command(SettingsCommand):
    """Its variables are named `RECON_BENCHMARK_DENOISE_SIGMA` and so on."""

    group = "benchmark"


benchmark = typer.Typer(
    name="benchmark",
    cls=CommandGroup,
    no_args_is_help=True,
    help="Compare methods: tables and figures for a paper.",
)
for command in (denoise, deconvolve, inpaint, upscale, tomography, mri, curves, figure):
    benchmark.command(cls=_Command)(command)
