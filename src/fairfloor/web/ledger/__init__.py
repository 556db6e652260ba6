"""The ledger's pages: what was asked, what became of each question, and what can be done about it."""
