"""Questions: what is one by its form, and which ones ask the same."""
