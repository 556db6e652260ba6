"""The chat itself: what the host asks, and what counts as a question."""
