"""From objects in memory to rows of tables, room by room."""
