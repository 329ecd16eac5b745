"""The wire format of requests and answers."""
