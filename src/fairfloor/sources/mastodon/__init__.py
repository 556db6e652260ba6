"""Follows a hashtag on servers of Mastodon's kind, each of which sees what federates to it."""
