"""Measures: the writer of statements, several measures at once, what a change of a dataset records."""
