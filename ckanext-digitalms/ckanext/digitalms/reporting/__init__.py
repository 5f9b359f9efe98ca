"""The report to the council: one object, built for a day, and the forms it is given in."""
