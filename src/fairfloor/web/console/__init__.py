"""The console: one page from which the host's people see the evening whole, and make their few strong moves."""
