"""What speaks for a candidate: a list of features with weights that a reader can edit.

Each feature looks at a `Case` and answers 0..1; the score is the weighted mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from kb.linking.candidates import Found, Match
from kb.linking.index import Entry
from kb.linking.names import fold
from kb.model import EntityType

_NAME_FIT = {Match.LABEL: 1.0, Match.ALIAS: 0.95, Match.FOLDED: 0.85, Match.INITIALS: 0.7, Match.SURFACE: 0.6}

_PLACES = frozenset({EntityType.COUNTRY, EntityType.PLACE})
_BODIES = frozenset({EntityType.ORGANISATION, EntityType.MEDIA, EntityType.GROUP})
_DULL_WORDS = """
    the and for from with was were has had its his her their who which that born current since former american
    politician politicians member state united party political country city organization organisation company person
    located served first second world
"""
_DULL = frozenset(_DULL_WORDS.split())


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate for one cluster. `context` holds the folded words around it, `known` what is linked already."""

    found: Found
    type: EntityType | None
    context: frozenset[str] = frozenset()
    known: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """A question about a case, answered 0..1, and how much the answer counts."""

    func: Callable[[Case], float]
    weight: float


def name_match(case: Case) -> float:
    """How well the name fits: label, alias, folded alias, without initials, by another surface only."""
    return _NAME_FIT[case.found.match]


def prior(case: Case) -> float:
    """How often the news means this item by any of its names."""
    return case.found.entry.prior


def type_agreement(case: Case) -> float:
    """1 the same type, 0.5 not known or a neighbouring one (country and place, body and group), 0 a conflict."""
    wanted, has = case.type, case.found.entry.type
    if wanted is None or wanted is EntityType.OTHER:
        return 0.5
    if wanted is has:
        return 1.0
    if {wanted, has} <= _PLACES or {wanted, has} <= _BODIES:
        return 0.7
    if EntityType.PERSON in (wanted, has):
        return 0.0
    return 0.3


def context_words(case: Case) -> float:
    """Share of the description's telling words that stand near the mention; three are as good as all."""
    words = description_words(case.found.entry)
    return min(1.0, len(words & case.context) / min(3, len(words))) if words else 0.0


def coherence(case: Case) -> float:
    """1 where the description names something already linked in the article, such as the person's country."""
    words = description_words(case.found.entry)
    return float(any(set(fold(entry.label).split()) <= words for entry in case.known))


FEATURES = [
    Feature(func=name_match, weight=0.35),
    Feature(func=prior, weight=0.3),
    Feature(func=type_agreement, weight=0.2),
    Feature(func=context_words, weight=0.1),
    Feature(func=coherence, weight=0.05),
]


def score(case: Case) -> float:
    """The weighted mean of `FEATURES`, 0..1."""
    return sum(f.weight * f.func(case) for f in FEATURES) / sum(f.weight for f in FEATURES)


@lru_cache(maxsize=20_000)
def description_words(entry: Entry) -> frozenset[str]:
    """The telling words of an entry's description, folded."""
    return telling_words(entry.description)


def telling_words(text: str) -> frozenset[str]:
    """The folded words of three letters and more, but for those that say little."""
    words = (fold(word) for word in re.findall(r"[^\W\d_]{3,}", text))
    return frozenset(w for w in words if w not in _DULL)
