"""Who takes which side on what: the pairs of holder and target that a matrix and a network show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.web.pictures.picture import POLARITIES

#: From where on a balance counts as leaning, and from where on as clear.
LEANING, CLEAR = 0.2, 0.6
SIDES = {"support": "supports", "oppose": "opposes", "mixed": "has mixed views on", "neutral": "is neutral on"}
SIGNS = {"support": "+", "oppose": "−", "mixed": "±", "neutral": "○"}

#: The columns of a picture's data; one row for each pair and polarity.
COLUMNS = ("holder", "holder_name", "target", "target_name", "polarity", "utterances", "stances")


def many(number: int, one: str, more: str = "") -> str:
    """A number with its noun.

    >>> many(1, "pair"), many(2, "pair"), many(2, "entity", "entities")
    ('1 pair', '2 pairs', '2 entities')
    """
    return f"{number} {one if number == 1 else more or one + 's'}"


@dataclass(frozen=True, slots=True)
class Party:
    """Who holds a stance, or what it is towards.

    Attributes:
        iri: what it is.
        id: what addresses of this service call it.
        page: its page here, "" where it has none.
    """

    iri: str
    name: str
    id: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """All stances of one holder towards one target, counted by polarity.

    Attributes:
        utterances: by polarity; republished text counts once.
        stances: by polarity; every copy counts.
        address: of the stances behind it, for specifications.
    """

    holder: Party
    target: Party
    utterances: Mapping[str, int]
    stances: Mapping[str, int] = field(default_factory=dict)
    address: str = ""

    @property
    def total(self) -> int:
        """Utterances of all polarities."""
        return sum(self.utterances.values())

    @property
    def balance(self) -> float:
        """From -1, all opposing, to 1, all supporting; neutral utterances do not count.

        >>> somebody = Party("", "", "")
        >>> Relation(somebody, somebody, {"support": 1, "oppose": 3}).balance
        -0.5
        """
        taken = self.total - self.utterances.get("neutral", 0)
        return (self.utterances.get("support", 0) - self.utterances.get("oppose", 0)) / taken if taken else 0.0

    @property
    def side(self) -> str:
        """The polarity that says most of it: support or oppose only where the balance leans."""
        if not self.total - self.utterances.get("neutral", 0):
            return "neutral"
        return "support" if self.balance > LEANING else "oppose" if self.balance < -LEANING else "mixed"

    def say(self) -> str:
        """The relation as a sentence without its stop."""
        counts = ", ".join(f"{self.utterances[way]} {way}" for way in POLARITIES if self.utterances.get(way))
        return f"{self.holder.name} {SIDES[self.side]} {self.target.name}: {counts}"


def rows(relations: Iterable[Relation]) -> list[tuple[str | int, ...]]:
    """The data of a picture, with `COLUMNS`."""
    return [
        (r.holder.iri, r.holder.name, r.target.iri, r.target.name, way, r.utterances[way], r.stances.get(way, 0))
        for r in relations
        for way in POLARITIES
        if r.utterances.get(way)
    ]


def parties(relations: Sequence[Relation]) -> list[tuple[Party, int]]:
    """Everybody who holds or is held something towards, those with the most utterances first, each with how many."""
    counts: Counter[str] = Counter()
    known: dict[str, Party] = {}
    for relation in relations:
        for party in (relation.holder, relation.target):
            known[party.iri] = party
            counts[party.iri] += relation.total
    return [(known[iri], number) for iri, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
