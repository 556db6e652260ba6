"""Keeps the host's people, and who is signed in."""
