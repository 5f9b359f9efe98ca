"""The desk: what waits for whom, what is missing, and what has changed since somebody looked last."""
