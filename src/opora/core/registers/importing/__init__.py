"""Import of registers: reading files, matching columns, staging, writing."""
