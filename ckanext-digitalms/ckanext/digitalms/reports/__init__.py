"""Council reports as they come in: a file is read into proposed measures for the coordinator."""
