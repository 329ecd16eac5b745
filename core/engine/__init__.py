"""The built-in engine: pure functions over a read-only data pack, deterministic by seed."""
