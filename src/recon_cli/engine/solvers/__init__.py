"""Algorithms that minimise J, and what they are made of."""
