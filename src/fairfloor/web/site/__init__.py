"""The host's site as everybody reads it: articles, archive, categories and tags, search."""
