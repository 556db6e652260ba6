"""Who has standing from the start: whom an account follows, who took part before, and the file that says so."""
