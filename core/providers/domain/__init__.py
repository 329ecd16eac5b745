"""Is a domain free? DNS, then RDAP, then any keyed checker, weighed by one decision table."""
