"""Measurements of the real service beside floors; they report and never assert on time."""
