"""`recon show-atoms`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from .options import Config, Json, Quiet, bundled_names


def show_atoms(
    model: Annotated[
        str | None,
        typer.Option(
            help="Name of a bundled dictionary or dictionary file; default the one that is best at --sigma.",
            autocompletion=bundled_names,
        ),
    ] = None,
    sigma: Annotated[
        float | None,
        typer.Option(
            help="Noise level that chooses a bundled model, in 8-bit grey levels; default 25.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Figure, .png, .pdf or .svg; default a preview on stdout."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="Image file, or - for a pipe: the usage of each atom and the weights of its penalty are "
            "measured on it."
        ),
    ] = None,
    sort: Annotated[
        Literal["usage", "frequency", "penalty"] | None,
        typer.Option(
            help="Order of the atoms: most used, lowest frequency or lowest penalty first; default "
            "usage with --picture, else frequency.",
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    json: Json = False,
    quiet: Quiet = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing figure.")] = False,
) -> None:
    """Show the atoms of a dictionary, their frequency and usage, and the spectrum of D.

    Examples:
      recon show-atoms --sigma 5
      recon show-atoms --model mine.safetensors --picture in.png -o atoms.pdf
    """
    from ..errors import ReconError
    from ..files.figures import check_figure_suffix, write_figure
    from ..files.images import read_luma
    from ..files.outputs import check_outputs
    from ..files.streams import write_stdout
    from ..models.registry import find_dictionary
    from ..reporting.atoms_preview import print_atoms
    from ..reporting.json_line import atoms_line
    from ..reporting.progress import say, share_progress
    from ..workflows.show_atoms import show_atoms as measure

    if model is not None and sigma is not None:
        raise ReconError("--sigma chooses a bundled model; give it or --model, not both", 2)
    if output is not None:
        check_figure_suffix(output)
        check_outputs([output], (picture, model, config), overwrite)
    level = 25 if sigma is None else sigma
    dictionary = find_dictionary(model, level, "settled")
    pixels = read_luma(picture) if picture else None
    with share_progress("usage", quiet) as callback:
        view = measure(dictionary, pixels, sort, None if model else level, callback)
    if json:
        write_stdout(f"{atoms_line(view, output)}\n".encode())
    elif output is None:
        print_atoms(view)
    if output is not None:
        from ..reporting.atoms_figure import atoms_figure

        write_figure(output, atoms_figure(view))
        if not quiet:
            say(f"wrote {output}: {len(view.order)} atoms of {dictionary.name}")
