"""What actions share, by capability: transactions, locks, writers; knows CKAN, knows no request."""
