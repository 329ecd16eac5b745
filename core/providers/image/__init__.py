"""Adapters that answer with pictures, one a file, behind `ImageProvider`."""
