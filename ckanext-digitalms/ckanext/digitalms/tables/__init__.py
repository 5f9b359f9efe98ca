"""What a table is, and the open tables: each declared once, with its schema and its rows. Pure."""
