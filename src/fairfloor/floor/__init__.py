"""Who gets the floor, and why."""
