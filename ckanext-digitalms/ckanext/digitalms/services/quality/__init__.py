"""How good what is said of each dataset is: judged without asking the network, and kept."""
