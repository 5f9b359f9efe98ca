"""How good what is said of a dataset is, by the points of data.europa.eu, without asking the network."""
