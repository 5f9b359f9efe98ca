"""German search, judged on pairs of words, compounds and forbidden hits, against the real Solr."""

from __future__ import annotations

import german_words as words
import pytest
from ckan.lib.search.common import make_connection
from search_documents import document


@pytest.fixture
def named(put):
    """A document for each word; gives the names by word."""

    def make(all_words):
        distinct = sorted(set(all_words))
        names = {word: f"x{number:03d}" for number, word in enumerate(distinct)}
        put([document(names[word], f"Etwas über {word} und mehr") for word in distinct])
        return names

    return make


def test_pairs_find_each_other(named, find):
    """Both forms of a pair find both."""
    names = named(word for pair in words.PAIRS for word in pair)
    directions = [(a, b) for pair in words.PAIRS for a, b in (pair, pair[::-1])]
    found = {word: set(find(word)) for word in names}
    assert [(a, b) for a, b in directions if names[b] not in found[a]] == []


def test_known_gaps(named, find):
    """Irregular forms do not find each other; a rule that closes a gap moves it to the pairs."""
    names = named(word for pair in words.GAPS for word in pair)
    assert [(a, b) for a, b in words.GAPS if names[b] in find(a)] == []


def test_compounds_are_found(named, find):
    """A word finds the compounds it is part of."""
    names = named(word for pair in words.COMPOUNDS for word in pair)
    assert [(a, b) for a, b in words.COMPOUNDS if names[b] not in find(a)] == []


def test_forbidden_words_are_not_found(named, find):
    """Words that only look alike do not find each other."""
    names = named(word for pair in words.FORBIDDEN for word in pair)
    hit = [(a, b) for a, b in words.FORBIDDEN if names[b] in find(a)]
    assert "\n".join(map(str, hit)) == ""


def test_a_word_ranks_itself_first(put, find):
    """The form that was typed comes first, even where the other stands in the title and this one does not."""
    for first, second in words.RANKED:
        # what is deleted one by one counts in the statistics of the words for a while
        make_connection().delete(q="*:*", commit=False)
        put(
            [
                document("a-second", f"{second} {second}", notes=f"{second} und noch einmal {second}"),
                document(
                    "b-first", "Etwas anderes", notes=f"Hier steht viel, und darin auch {first} als ein Wort."
                ),
            ]
        )
        assert find(first)[0] == "b-first", (first, second)
