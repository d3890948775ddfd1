"""Reconstruction from samples of the Fourier transform."""
