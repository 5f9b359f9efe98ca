"""The catalogue's own figures: counted today, kept by month, and how often the catalogue is used."""
