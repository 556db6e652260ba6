"""What goes out to Mastodon: an automated account boosts what has the floor and asks the run sheet's questions."""
