"""The catalogue as others read it: facts of datasets and measures, and how they are kept."""
