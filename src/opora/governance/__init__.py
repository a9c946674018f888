"""Governance: structure of a centre (A3), councils (A4), proposals to authorities (I7)."""
