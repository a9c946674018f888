"""Methodical work: partners and agreements (G3), development of staff (G4)."""
