"""Bridges to other programs; each needs the program that it leads to."""
