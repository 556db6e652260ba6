"""Fairfloor: public conversation that a crowd cannot drown."""
