"""All routers, in the order in which the documentation shows them."""
