"""The command `recon`: its subcommands, and how errors reach the user."""

import re
import signal
from typing import Annotated, Any

import typer

from .. import __version__
from ..arguments import meant
from ..errors import ReconError
from ..files.limits import MOST_VALUES, set_limit
from ..files.streams import give_up_unwritable
from ..interruptions import interruptible
from ..threads import use_free_cores
from .benchmark import benchmark
from .complaints import complain, sentence_of
from .deconvolve import deconvolve
from .denoise import denoise
from .info import info
from .inpaint import inpaint
from .models import models
from .mri import mri
from .option_groups import CommandGroup
from .run import run
from .settings import SettingsCommand
from .show_atoms import show_atoms
from .simulate_camera import simulate
from .tomography import tomography
from .train import train
from .tune import tune
from .upscale import upscale

_SIGNALLED = 128
"""What a shell adds to the number of the signal that ended a program."""


class _Group(CommandGroup):
    """Turns every failure into one sentence on stderr and an exit code."""

    def make_context(self, *arguments: Any, **keywords: Any) -> Any:
        """Parse the options before the command."""
        try:
            return super().make_context(*arguments, **keywords)
        except typer.TyperException as error:
            _fail(_sentence(error), error.exit_code)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            with interruptible():
                return super().invoke(ctx)
        except typer.TyperException as error:
            _fail(_sentence(error), error.exit_code)
        except ReconError as error:
            if ctx.params.get("debug"):
                raise
            _fail(str(error), error.exit_code)
        except KeyboardInterrupt as error:
            _fail("interrupted", _SIGNALLED + next(iter(error.args), signal.SIGINT))
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise  # Typer ends quietly where nobody reads the help
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            _fail(sentence_of(error), 1)


def _sentence(error: typer.TyperException) -> str:
    """Return what is wrong with the command line, and let a help pass, which is an error of Typer's, too."""
    said = error.format_message()
    if "\n" in said:
        raise error
    said = said.replace("Value error, ", "").removesuffix(".")
    wrong = re.search("'([^']*)' is not one of (.*)", said)
    return said + meant(wrong[1], re.findall("'([^']*)'", wrong[2])) if wrong else said


def _fail(message: str, code: int) -> None:
    complain(message)
    raise typer.Exit(code)


app = typer.Typer(
    name="recon",
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    *(denoise, inpaint, deconvolve, upscale, tomography, mri, run),
    *(train, tune, info, models, show_atoms),
):
    app.command(cls=SettingsCommand)(command)
app.add_typer(simulate)
app.add_typer(benchmark)


def _show_version(value: bool) -> None:
    if value:
        from ..engine.native.loading import kernels_in_use  # no other command line needs it before torch

        typer.echo(f"recon {__version__}\ncompiled loops: {kernels_in_use()}")
        raise typer.Exit


@app.callback()
def recon(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version, and whether the compiled loops are in use.",
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False,
    max_values: Annotated[
        int,
        typer.Option(
            min=1,
            help="Largest number of values that an input may declare; larger inputs are refused unread.",
        ),
    ] = MOST_VALUES,
) -> None:
    """Reconstruct images with a learned convex patch model, and certify that the answer is optimal.

    Every option of a command may also stand in the environment, as
    RECON_DENOISE_SIGMA=25, or in a TOML file that --config names, as
    sigma = 25; the command line takes precedence over both, and the
    environment over the file.

    The exit code is 0 when all is written, also where the iterations ended
    before they converged (NOT CONVERGED in the report, converged: false in
    JSON); 1 when it failed, 2 for wrong usage, 3 when some of several files
    failed.
    """
    set_limit(max_values)
    use_free_cores()


def main() -> None:
    """Run the command line."""
    try:
        app(prog_name="recon")
    except OSError as error:  # of the version and the help, which are no commands
        complain(sentence_of(error))
        raise SystemExit(1) from error
    finally:
        give_up_unwritable()
