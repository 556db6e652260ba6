"""Feeds of the host's site: posts, what is said under them, and what becomes of questions."""
