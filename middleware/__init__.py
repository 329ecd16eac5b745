"""What applies to every request: identity, limits, errors and logging."""
