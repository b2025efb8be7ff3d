"""Nightmarket: live-streaming commerce for Taiwan and Thailand."""

__version__ = "0.1.0"
