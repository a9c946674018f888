"""Change of school year (E6)."""
