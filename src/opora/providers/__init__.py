"""Organisations, venues, staff, functions, signatories (B)."""
