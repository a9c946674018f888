"""Public API and open data (K5)."""
