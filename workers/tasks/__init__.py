"""Tasks: a name, an id and a call each."""
