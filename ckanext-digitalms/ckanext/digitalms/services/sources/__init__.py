"""Sources that are harvested: health, runs, errors, mails, identities of records, stuck jobs."""
