"""Progress feeds of the offices (being built)."""
