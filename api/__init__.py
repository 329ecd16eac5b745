"""The HTTP interface: routes, schemas and the dependencies that routes ask for."""
