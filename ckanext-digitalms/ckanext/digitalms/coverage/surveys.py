"""The break in the Breitbandatlas's series: since 2022 its figures are gathered in another way."""

# the first edition of the other method, and what the column ``survey`` calls the two
BREAK = "2022-01"
BEFORE, SINCE = "before_2022", "since_2022"
