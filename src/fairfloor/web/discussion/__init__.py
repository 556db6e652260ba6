"""Discussions: comments under articles, read, written, kept in order."""
