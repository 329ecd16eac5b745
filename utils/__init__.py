"""Small helpers without state or settings."""
