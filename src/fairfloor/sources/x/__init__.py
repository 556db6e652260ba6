"""Follows a hashtag on X, whose reads cost money."""
