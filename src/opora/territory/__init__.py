"""Regions, municipalities, localities, centres, population, legal acts (A1, A5, A6)."""
