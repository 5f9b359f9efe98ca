"""Accounts: passwords, links for new ones, attempts at signing in, what stays private."""
