"""Looking into a table: what may be drawn of it, and how. Pure: knows neither CKAN nor a database."""
