"""Keeps an evening: the log of what was told, the decisions, the public log."""
