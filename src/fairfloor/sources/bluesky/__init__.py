"""Bluesky: following a tag live through Jetstream, and reading recorded Jetstream lines."""
