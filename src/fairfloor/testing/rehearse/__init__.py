"""Rehearsing a hijack: lay one over an evening, decide it, and measure what reached the floor, beside two timelines."""
