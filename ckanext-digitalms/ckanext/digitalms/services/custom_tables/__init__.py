"""Tables of one's own: drafts of them, and how a draft is published."""
