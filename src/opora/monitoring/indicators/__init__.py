"""Indicators: a versioned catalogue in code; a figure and the rows behind it come from the same query (I2)."""

from opora.monitoring.indicators.base import Figure, Indicator, Scope, catalogue, get, register

__all__ = ["Figure", "Indicator", "Scope", "catalogue", "get", "register"]
