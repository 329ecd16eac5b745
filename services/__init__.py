"""Use cases: each owns its transactions, none knows HTTP."""
