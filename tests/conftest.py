"""Tests run side by side, one a core (pytest-xdist): each takes one thread, as do the commands it starts."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
