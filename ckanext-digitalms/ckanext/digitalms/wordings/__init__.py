"""German wordings of dates, and the days that they mean by plain rules; docs/dates.md has the rules.

:func:`reading.find_dates` finds wordings in a text, :func:`reading.read_wording` reads one that somebody
typed. Both keep the wording as it was said; the days are a proposal, with the rule that made them and with
what is doubtful about them. What is not understood has no days: it is asked and never guessed.
"""
