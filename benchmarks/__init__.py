"""Measurements: medians and ratios within one run, because machines are noisy. Nothing here is a test."""
