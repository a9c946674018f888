"""The public API /api/v1: the same services as the pages, typed, refused by default (K5)."""
