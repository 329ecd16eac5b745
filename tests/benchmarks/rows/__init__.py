"""The rows of the table, grouped by what has to run for them."""
