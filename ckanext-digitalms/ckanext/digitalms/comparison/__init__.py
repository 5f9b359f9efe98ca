"""What changed between two days of the catalogue, in types and in sentences. Pure."""
