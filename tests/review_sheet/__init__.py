"""Boards of whole brands, made by the built-in engine, for a person to look at."""
