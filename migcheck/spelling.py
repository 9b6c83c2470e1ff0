"""Suggestions for words that nobody knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that is most like `word`, or None where nothing comes near.

    Case and the choice between `-` and `_` do not count. `cutoff` is difflib's ratio, 0 to 1.
    """
    folded, by_folded = _fold(word), {_fold(candidate): candidate for candidate in known}
    # Letters that have changed places, which difflib does not tell from other ones.
    swapped = [candidate for candidate in by_folded if sorted(candidate) == sorted(folded)]
    matches = swapped or difflib.get_close_matches(folded, by_folded, n=1, cutoff=cutoff)
    return by_folded[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint such as "did you mean fail_on?", or None."""
    match = nearest(word, known)
    return None if match is None else f"did you mean {match}?"


def _fold(word: str) -> str:
    return word.lower().replace("_", "-")
