"""Funding programmes and periods, agreements, certificates, entries, queue for funding (D1, D2, D3, D6)."""
