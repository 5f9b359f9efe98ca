"""The report as Word document (DOCX), made by docxtpl from a template that a city may replace."""
