"""Applications, places, waiting lists, contracts, orders, attendance (E, D4)."""
