"""Public catalogue pages: search, programme, comparison (C2, C3)."""
