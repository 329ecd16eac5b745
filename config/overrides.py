"""Lets the command line win over the environment, in this process and in those it starts."""

import os

from config.settings import get_settings


def override(**values: object) -> None:
    """Set variables and forget the settings that were read before."""
    os.environ.update({name: str(value) for name, value in values.items()})
    get_settings.cache_clear()
