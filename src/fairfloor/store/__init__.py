"""Where acts and decisions are kept."""
