"""Denoising: of planes, of pictures with their noise and colours, of files."""
