"""Where acts come from: one module a network, and files."""
