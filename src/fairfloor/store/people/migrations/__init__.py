"""How the tables of people came to be what they are, one step a file; run whenever they are opened."""
