"""The form engine: templates with versions, typed answers, checks between cells (used by requests and statistics)."""
