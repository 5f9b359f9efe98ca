"""A text, a row or a measure is taken out of everything that was kept or published."""
