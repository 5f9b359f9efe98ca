"""Who may see and who may do what: roles, organisations that are let in, what is internal."""
