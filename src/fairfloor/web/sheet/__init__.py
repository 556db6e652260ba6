"""The run sheet's pages: the evening question by question, and the host's editor."""
