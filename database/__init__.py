"""Persistence: models, repositories, migrations and the embedded server."""
