"""Accounts, roles, families, children, consents, merging (E1, K2)."""
