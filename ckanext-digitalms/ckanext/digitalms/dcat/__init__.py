"""Datasets as DCAT-AP.de 3.0: what is said of them, as nodes, and how nodes are written. Pure."""
