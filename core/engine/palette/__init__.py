"""Six-role colour palettes that meet their contrast and colour-vision guarantees by measurement."""
