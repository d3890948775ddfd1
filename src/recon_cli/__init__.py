"""Image reconstruction with a learned convex patch model."""

__version__ = "0.1.0"
