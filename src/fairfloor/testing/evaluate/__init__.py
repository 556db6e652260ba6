"""Evaluating Fairfloor: on simulated evenings, on real ones with recorded bursts, and on chance alone."""
