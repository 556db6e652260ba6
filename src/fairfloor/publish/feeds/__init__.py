"""Feeds for programs that read along: Atom, RSS and JSON Feed, written from one structure. Pure."""
