"""Imports of council reports: drafts, and how a draft becomes measures."""
