"""napari's own test helpers, for this folder alone; its viewer needs no screen here."""

from __future__ import annotations

import contextlib
import os
import warnings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
with contextlib.suppress(ImportError), warnings.catch_warnings():  # without napari the tests are skipped
    warnings.simplefilter("ignore")  # of pydantic, while napari is imported
    from napari.utils._testsupport import *  # noqa: F403 - fixtures and hooks

    import recon_cli.bridges.napari.widget  # noqa: F401 - imports what it needs of napari
