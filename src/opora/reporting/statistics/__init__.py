"""Federal statistics forms filled from live data (I6)."""
