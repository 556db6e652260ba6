"""Keeps the host's site: articles, their discussions, and what they are found by."""
