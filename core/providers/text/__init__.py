"""Adapters that answer with text, one a file, behind `TextProvider`."""
