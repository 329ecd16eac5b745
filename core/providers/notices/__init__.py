"""Ways to tell users outside of a request that something has ended."""
