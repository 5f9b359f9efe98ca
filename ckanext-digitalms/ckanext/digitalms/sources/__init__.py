"""Sources that are harvested: which records vanished, why a run failed, how a source runs over time."""
