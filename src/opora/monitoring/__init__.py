"""Indicators and coverage (I2, I3)."""
