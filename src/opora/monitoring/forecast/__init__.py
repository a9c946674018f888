"""Children of the next five years against the places that there are (A5)."""
