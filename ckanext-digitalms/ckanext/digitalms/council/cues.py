"""What stands beside digits says whether they are the number of a paper: cues, stop words, boundaries."""

from __future__ import annotations

import re

# how much of the text before is looked at
_BEFORE = 60
_PAPER = (
    r"(?:(?:rats|beschluss|berichts|sitzungs|mitteilungs|informations|ergänzungs|verwaltungs|anfrage)?vorlagen?"
    r"|vorl\.|drs\.?|ds\.?|drucks\.|drucksachen?|anträgen?|antrags?|anträge|anfragen?|mitteilung(?:en)?"
    r"|beschl[uü]ss(?:e|es)?|ratsbeschl[uü]ss(?:e|es)?|ratsanträge?|ratsantrag)"
)
_CUE = re.compile(rf"(?:^|[^\w]){_PAPER}\s*(?:[-–]\s?)?(?:nr\.?|nrn\.?|nummern?)?\s*[:(]?\s*$", re.IGNORECASE)
# words between a number and the next one
_AND = re.compile(r"^\s*(?:,|;|/|und|sowie|u\.|bzw\.|oder|\+|&)?\s*(?:,|und|sowie)?\s*$", re.IGNORECASE)
_STOP = re.compile(
    r"(?:^|[^\w])(?:az\.?|aktenzeichen|gesch\.?-?z\.?|kw|kalenderwochen?|quartale?|stand|tel\.?|telefon|fax|mobil"
    r"|flur|flurstücke?|flst\.?|gemarkung|gem\.|eu|\(eu\)|ewg|verordnung|vo|richtlinie|rl|§+|art\.?|artikel|abs\.?"
    r"|din|iso|en|vde|seiten?|s\.|bl\.|blatt|bgbl\.?|gv\.?|gvbl\.?|schuljahre?s?|jahre?n?|zeitraums?|saison|winter"
    r"|wise|sose|ws|ss|haushalt|haushaltsjahre?|doppelhaushalt|los|urteil|beschluss vom|rechnungs?-?nr\.?"
    r"|rechnung|kassenzeichen|plz|maßstab|verhältnis|wahlperiode|legislatur|hausnr\.?|haus-?nr\.?|straße|str\.|ziffer"
    r"|kapitel|punkt|top|ausgabe|heft|band|bd\.|jg\.|jahrgang|version|spiel|note|konto|iban|uhr|ca\.|rund|etwa)"
    r"\s*(?:nr\.?|no\.?)?\s*[:(]?\s*$",
    re.IGNORECASE,
)
# a court's number: chamber, letters, number
_COURT = re.compile(r"[0-9]{1,3}\s+[A-Z][A-Za-z]{0,4}\s*$")
_UNIT = re.compile(
    r"^\s?(?:%|€|eur\b|euro\b|uhr\b|m²|km|kw\b|mbit|gbit|stück|prozent|mio|mrd|tsd|personen|[.,][0-9])",
    re.IGNORECASE,
)
_JOINS = frozenset("/-.,:–‐\u2011\u2044")


def is_bounded(
    text: str, start: int, end: int, last_end: int, *, has_letters: bool, is_followed: bool = False
) -> bool:
    """Return whether digits begin and end where they seem to, and are no part of something longer.

    Args:
        last_end: where the last known number ended; the next may follow at once, or behind a slash.
        has_letters: whether letters of the scheme begin the number, so that a sign before it matters less.
        is_followed: whether another number stands behind the next sign.
    """
    left, before = text[start - 1 : start], text[max(0, start - 2) : start - 1]
    is_glued = last_end in {start, start - 1}
    if left.isalnum() and last_end != start:
        return False
    if left in _JOINS and before.isalnum() and not is_glued and not (has_letters and left == "/"):
        return False
    right, after = text[end : end + 1], text[end + 1 : end + 2]
    if right.isalnum() and not (has_letters and right.isupper()):
        return False
    if has_letters or is_followed:
        return True
    return not (right in _JOINS and after.isdigit()) and not _UNIT.match(text[end : end + 12])


def is_stopped(text: str, start: int) -> bool:
    """Return whether the words before say that something else is meant."""
    before = text[max(0, start - _BEFORE) : start]
    return bool(_STOP.search(before) or _COURT.search(before))


def has_cue(text: str, start: int, last_end: int) -> bool:
    """Return whether digits alone are a number: behind a word for a paper, or behind a known number."""
    if last_end >= 0 and start - last_end <= 20 and _AND.match(text[last_end:start]):
        return True
    return bool(_CUE.search(text[max(0, start - _BEFORE) : start]))
