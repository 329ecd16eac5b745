"""AI orchestration, provider adapters and the built-in engine."""
