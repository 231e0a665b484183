"""Tests; they mirror the tree, one file per module or view."""
