"""Data requests (I4): asked by a region, an authority or a centre, answered by centres, organisations and partners."""
