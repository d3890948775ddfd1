"""The learned models: their files, the bundled ones, and their strengths by task and noise level."""

from .registry import bundled, load

__all__ = ["bundled", "load"]
