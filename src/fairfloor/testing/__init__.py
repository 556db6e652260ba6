"""A clock and a crowd to rehearse with."""
