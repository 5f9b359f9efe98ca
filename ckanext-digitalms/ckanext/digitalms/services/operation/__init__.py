"""What keeps the catalogue running: timeouts, sentences for failures, checks, what ends after a time."""
