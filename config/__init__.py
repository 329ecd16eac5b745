"""Settings, constants and the logging set-up."""
