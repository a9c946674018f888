"""Template tags and filters: `{% load opora %}`."""
