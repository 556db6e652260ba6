"""What goes out: the floor as a Bluesky feed, and labels on folded posts."""
