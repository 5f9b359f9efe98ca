"""What changed between two days of the catalogue."""
