"""One evening: a pure core that decides, and a thin shell that feeds it."""
