"""How the tables of the site came to be what they are, one step a file; run whenever they are opened."""
