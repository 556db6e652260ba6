"""Who is at the page: the host's people and participants, how they sign in, and what guards a write."""
