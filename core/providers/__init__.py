"""Adapters to services outside of this process."""
