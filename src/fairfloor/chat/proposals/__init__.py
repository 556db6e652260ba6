"""Proposals: the topics asked for, who wants each, and what people who usually disagree both want."""
