"""Metrics, progress and reports."""
