"""Reconstruction from data of an operator that the user brings along."""
