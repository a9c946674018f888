"""Search engine of the catalogue: pure Python and NumPy, no Django."""
