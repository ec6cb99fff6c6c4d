"""What speaks for a candidate: a list of features with weights that a reader can edit.

Each feature looks at a `Case` and answers 0..1; the score is the weighted mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.linking.candidates import Found, Match
from kb.linking.index import Entry
from kb.linking.names import telling_words
from kb.model import EntityType

_NAME_FIT = {Match.LABEL: 1.0, Match.ALIAS: 0.95, Match.FOLDED: 0.85, Match.INITIALS: 0.7, Match.SURFACE: 0.6}

_PLACES = frozenset({EntityType.COUNTRY, EntityType.PLACE})
_BODIES = frozenset({EntityType.ORGANISATION, EntityType.MEDIA, EntityType.GROUP})


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate for one cluster.

    `context` holds the telling words around it, `describing` those that a text about the candidate is likely to have,
    `known` what is linked already.
    """

    found: Found
    type: EntityType | None
    context: frozenset[str] = frozenset()
    describing: frozenset[str] = frozenset()
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
    """How many of the words that describe the candidate stand near the mention; three are as good as all."""
    return min(1.0, len(case.describing & case.context) / 3)


def coherence(case: Case) -> float:
    """1 where the description names something already linked in the article, such as the person's country."""
    return float(
        any(telling_words(entry.label) <= case.describing for entry in case.known if telling_words(entry.label))
    )


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
