"""`recon benchmark curves`."""

from pathlib import Path
from typing import Annotated

import typer

from ..options import Config, Device, Quiet, bundled_names
from .options import Figure, Image, Overwrite, Sigma


def curves(
    image: Image,
    sigma: Sigma = 25.0,
    model: Annotated[
        str | None,
        typer.Option(
            help="Name of a bundled dictionary or dictionary file; default the one that is best at the "
            "noise level with a single minimum.",
            autocompletion=bundled_names,
        ),
    ] = None,
    max_iter: Annotated[int, typer.Option(min=2, help="Largest number of iterations of each solver.")] = 300,
    output: Figure = Path("curves.pdf"),
    device: Device = "auto",
    config: Config = None,
    quiet: Quiet = False,
    overwrite: Overwrite = False,
) -> None:
    """Draw PSNR against the objective along coordinate descent, iPALM and joint ADMM (the paper's figure 1).

    Examples:
      recon benchmark curves examples/camera.png --sigma 25 -o curves.pdf
      recon benchmark curves barbara.png --sigma 5 --max-iter 1000 -o curves.svg
    """
    from ...files.figures import check_figure_suffix, write_figure
    from ...files.named import read_named
    from ...files.outputs import check_outputs
    from ...models.registry import find_dictionary
    from ...reporting.progress import say, solver_progress
    from ...workflows.benchmark.curves import solver_curves
    from ...workflows.benchmark.methods import missing_advice
    from ...workflows.benchmark.simulations import add_noise

    check_figure_suffix(output)
    check_outputs([output], (image, model, config), overwrite)
    with missing_advice():
        dictionary = find_dictionary(model, sigma, once=True)
    clean = read_named([str(image)], dictionary.patch_size)[0].pixels
    with solver_progress("three solvers", 3 * max_iter, None, quiet) as show:
        found, at = solver_curves(
            add_noise(clean, sigma, 1), clean, dictionary, sigma, max_iter, device, show
        )
    title = f"{dictionary.name}, sigma {sigma:g}, beta {at.beta:.3g}, lam {at.lam:.3g}"
    from ...reporting.curves_figure import curves_figure

    write_figure(output, curves_figure(found, title))
    for curve in () if quiet else found:
        last = f"J {curve.objectives[-1]:.6g}, PSNR {curve.psnrs[-1]:.2f} dB"
        say(f"{curve.name}: {last} after {len(curve.psnrs)} iterations, best {max(curve.psnrs):.2f} dB")
