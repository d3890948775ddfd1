"""`recon models`."""

from .options import Config, Json


def models(json: Json = False, config: Config = None) -> None:
    """List the bundled models with what each gives; `recon info` tells more of one.

    Examples:
      recon models
      recon models --json
    """
    from ..files.streams import write_stdout
    from ..models.bundled_models import bundled_models
    from ..reporting.models_table import models_line, models_table

    found = bundled_models()
    write_stdout(f"{models_line(found) if json else models_table(found)}\n".encode())
