"""What moves out: the whole of a site as JSON, and as an export that WordPress and its kin read."""
