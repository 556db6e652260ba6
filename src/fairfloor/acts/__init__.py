"""What was done: the vocabulary that everything else is written in."""
