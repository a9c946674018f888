"""Annual reports and analytical notes of centres, made from frozen figures (I5); statistics forms (I6)."""
