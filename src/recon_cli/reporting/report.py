"""The closing report of a command, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from .metrics import psnr, ssim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..files.images import Image
    from ..workflows.denoise import Denoised, DenoiseOptions


def print_denoising_report(
    source: Path,
    place: Path,
    noisy: Image,
    clean: Image | None,
    sigma: float,
    model: str,
    options: DenoiseOptions,
    denoised: Denoised,
) -> None:
    """Say what was done, with which certificate, and how good it is where a reference is given."""
    result, parameters = denoised.result, denoised.parameters
    method = {
        "full": options.solver,
        "early-stop": f"coordinate descent, {options.inner}",
        "unrolled": f"coordinate descent, {options.inner}",
    }[options.mode]
    stopped = "" if result.converged else ", NOT CONVERGED"
    if options.mode == "early-stop" and result.converged:
        stopped = f", relative change below {parameters.tol:.3g}"
    rows = [
        ("input", f"{source} ({noisy.pixels.shape[0]} x {noisy.pixels.shape[1]}, {noisy.dtype})"),
        ("output", str(place)),
        ("mode", f"{options.mode} ({method}), border {options.border}"),
        ("model", f"{model}, sigma {sigma:g}, beta {parameters.beta:.4g}, lam {parameters.lam:.4g}"),
        ("iterations", f"{result.iterations}{stopped}"),
        ("objective", f"{result.objective:.8g}"),
        ("certified gap", f"{result.gap:.2e} (J is at most this far above its minimum, relative)"),
        ("time", f"{denoised.seconds:.2f} s on {denoised.device}"),
    ]
    if clean is not None:
        image, truth = denoised.images[0], clean.pixels
        rows.append(("PSNR", f"{psnr(image, truth):.2f} dB (input {psnr(noisy.pixels, truth):.2f} dB)"))
        rows.append(
            ("SSIM", f"{ssim(image, truth):.4f} (input {ssim(noisy.pixels, truth):.4f}; data range 1, 7x7)")
        )
    print_rows(rows)


def print_rows(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and values in two columns."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, value)
    Console(stderr=True, highlight=False).print(table)
