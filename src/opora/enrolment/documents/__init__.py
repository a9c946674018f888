"""Documents of enrolment: orders from DOCX templates that offices edit, ready papers by Typst."""
