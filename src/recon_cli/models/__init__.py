"""Dictionaries: constraint set, files, the bundled ones, tuned parameters."""
