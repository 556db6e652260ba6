"""The ledger: the questions asked, and what became of each."""
