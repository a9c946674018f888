"""A plan on paper: DOCX and XLSX with the columns that people know and that the import takes back."""
