"""What speaks for a candidate and against it: a list of features, each a question that a reader understands.

What each answer counts is in `kb/data/linking.toml`, fitted by `training/linking.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.linking.candidates import Found, Match
from kb.linking.index import Entry
from kb.linking.names import acronym, fold, telling_words
from kb.model import EntityType

_PLACES = frozenset({EntityType.COUNTRY, EntityType.PLACE})
_BODIES = frozenset({EntityType.ORGANISATION, EntityType.MEDIA, EntityType.GROUP})
_COMMON_WORDS = """
    the of for and new national nationalist democratic democrats social socialist people peoples party front
    union united unity liberal liberals freedom free conservative conservatives republican republicans labour
    labor workers worker communist christian green greens movement alliance progressive independent popular
    action centre central league reform justice development solidarity citizens civic coalition peace
    revolutionary left right radical rally democracy supreme court security council parliament senate house
    representatives ministry department foreign affairs defence defense interior finance police army liberation
    liberty progress labourers tories
"""
COMMON_WORDS = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate for one cluster of mentions called `name`.

    `context` holds the telling words around it, `describing` those that a text about the candidate is likely to have,
    `country` those of its country, `known` what is linked already. `rival` is the best prior of the other candidates
    that fit the name as well or better, `bearers` how many candidates there are. `namesake`: the news knows somebody
    else of the name. `located`: the text says that something is in it. `sporting`: it is about sport, where the name of
    a place is mostly that of a team.
    """

    found: Found
    type: EntityType | None
    name: str = ""
    context: frozenset[str] = frozenset()
    describing: frozenset[str] = frozenset()
    country: frozenset[str] = frozenset()
    known: tuple[Entry, ...] = ()
    rival: float = 0.0
    bearers: int = 1
    namesake: bool = False
    checked: bool = True
    located: bool = False
    sporting: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """A question about a case, answered 0..1 (-1..1 where the docstring says so)."""

    name: str
    func: Callable[[Case], float]


def prior(case: Case) -> float:
    """How well known the candidate is."""
    return case.found.entry.prior


def lead(case: Case) -> float:
    """How much better known it is than the next of the name, -1..1."""
    return case.found.entry.prior - case.rival


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


def described(case: Case) -> float:
    """How many of the words that describe the candidate stand near the mention; three are as good as all."""
    return min(1.0, len((case.describing - telling_words(case.name)) & case.context) / 3)


def of_the_country(case: Case) -> float:
    """Whether the text near the mention speaks of the candidate's country."""
    return float(bool(case.country & case.context))


def coherence(case: Case) -> float:
    """1 where the description names something already linked in the article, such as the person's country."""
    return float(
        any(telling_words(entry.label) <= case.describing for entry in case.known if telling_words(entry.label))
    )


def _one_word(case: Case) -> bool:
    return " " not in case.name.removeprefix("the ").removeprefix("The ")


def _is_person(case: Case) -> bool:
    return case.found.entry.type is EntityType.PERSON


def _full(case: Case) -> bool:
    """A person's name of two words or more that fits as a whole."""
    return _is_person(case) and not _one_word(case) and case.found.match >= Match.FOLDED


def _of_match(match: Match) -> Feature:
    return Feature(match.name.lower(), lambda case: float(case.found.match is match))


FEATURES = [
    *(_of_match(match) for match in Match),
    Feature("prior", prior),
    Feature("lead", lead),
    Feature("alone", lambda case: float(case.bearers == 1)),
    Feature("bearers", lambda case: min(case.bearers, 10) / 10),
    Feature("same_type", lambda case: float(type_agreement(case) == 1)),
    Feature("type_conflict", lambda case: float(type_agreement(case) == 0)),
    Feature("other_type", lambda case: float(0 < type_agreement(case) < 0.5)),
    Feature("described", described),
    Feature("of_the_country", of_the_country),
    Feature("coherence", coherence),
    Feature("full_name_of_person", lambda case: float(_full(case))),
    Feature("one_word_person", lambda case: float(_is_person(case) and _one_word(case))),
    Feature("prior_of_one_word_person", lambda case: prior(case) * (_is_person(case) and _one_word(case))),
    Feature("place", lambda case: float(case.found.entry.type in _PLACES)),
    Feature("located_place", lambda case: float(case.located and case.found.entry.type in _PLACES)),
    Feature(
        "sporting_place", lambda case: float(case.sporting and case.found.entry.type in _PLACES and not case.located)
    ),
    Feature("sporting_person", lambda case: float(case.sporting and _is_person(case))),
    Feature("one_word_body", lambda case: float(case.found.entry.type in _BODIES and _one_word(case))),
    Feature("acronym", lambda case: float(bool(acronym(case.name)))),
    Feature("common_words", lambda case: float(set(fold(case.name).split()) <= COMMON_WORDS)),
    Feature(
        "work_event_or_other",
        lambda case: float(case.found.entry.type not in _PLACES | _BODIES and not _is_person(case)),
    ),
    Feature("namesake", lambda case: float(case.namesake)),
    Feature("checked", lambda case: float(case.checked)),
]


def answers(case: Case) -> dict[str, float]:
    """Every feature's answer, by name."""
    return {f.name: float(f.func(case)) for f in FEATURES}


def score(case: Case, weights: dict[str, float]) -> float:
    """The log odds of the candidate against "none of them"."""
    return sum(weights.get(f.name, 0.0) * f.func(case) for f in FEATURES)
