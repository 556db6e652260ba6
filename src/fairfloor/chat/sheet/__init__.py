"""The run sheet: what the host asks and when, and what was answered to it."""
