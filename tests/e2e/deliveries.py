"""What the worker with the short visibility time-out and its test agree on."""

VISIBILITY_S = 2
DELIVERIES = "deliveries"  # a file with a line for each
