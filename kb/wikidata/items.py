"""What is kept of a Wikidata item, and how it is read from the JSON of dumps and of the live service.

Times are Wikidata's precision cut to a day, month or year: "2012-05-07", "2012-05", "2012"; "" where not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

_DAY, _MONTH, _YEAR = 11, 10, 9  # precisions of Wikidata's times
_MOST = 1 << 32  # QIDs are stored in 32 bits
_START, _END = "P580", "P582"


@dataclass(frozen=True, slots=True)
class Term:
    """Something that held for a while: an office, a membership. `start` and `end` are "" where not known."""

    qid: int
    start: str = ""
    end: str = ""


@dataclass(slots=True)
class Item:
    """A Wikidata item as far as linking and questions need it. QIDs are numbers without their Q.

    How well known it is: `sitelinks` counts the wikis that have a page on it (in KGTK files, the items that point to
    it); `rank` is its PageRank, where a source gives one, and then counts instead.
    """

    qid: int
    labels: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    types: list[int] = field(default_factory=list)
    superclasses: list[int] = field(default_factory=list)
    sitelinks: int = 0
    rank: float = 0.0
    countries: list[int] = field(default_factory=list)
    occupations: list[int] = field(default_factory=list)
    offices: list[Term] = field(default_factory=list)
    parties: list[Term] = field(default_factory=list)
    born: str = ""
    died: str = ""
    website: str = ""

    @property
    def names(self) -> Iterator[str]:
        """Every label and alias once, labels first."""
        seen: set[str] = set()
        for name in (*self.labels.values(), *(a for some in self.aliases.values() for a in some)):
            if name not in seen:
                seen.add(name)
                yield name

    def check(self) -> None:
        """Look at fields that somebody may have written by hand.

        Raises:
            ValueError: one holds something else than it should.
        """
        for texts in (self.labels, self.descriptions):
            if not all(isinstance(text, str) for text in texts.values()):
                raise ValueError("labels and descriptions are texts by language")
        if not all(isinstance(some, list) and all(isinstance(a, str) for a in some) for some in self.aliases.values()):
            raise ValueError("aliases are lists of texts by language")
        if not isinstance(self.sitelinks, int) or not isinstance(self.rank, int | float):
            raise ValueError("sitelinks and rank are numbers")

    def as_row(self) -> dict[str, Any]:
        """What orjson writes as a JSON object, without what is empty; `Item.of_row` reads it."""
        return {name: value for name in _FIELDS if (value := getattr(self, name)) or name == "qid"}

    @classmethod
    def kept(cls, row: Mapping[str, Any]) -> Item:
        """The item of a row that `as_row` wrote, unchecked: rows of an index are read by the million."""
        item = cls(**row)
        if item.offices:
            item.offices = [_term(t) for t in item.offices]
        if item.parties:
            item.parties = [_term(t) for t in item.parties]
        return item

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Item:
        """The item of a JSON object that `as_row` wrote, or that somebody wrote by hand in that form.

        Raises:
            ValueError: it has no QID, or a field that items have not.
        """
        try:
            item = cls(**row)
            item.qid = number(item.qid)
            item.check()
        except (TypeError, AttributeError) as error:
            raise ValueError(f"no item: {error}") from error
        for name in _NUMBERS:
            if values := getattr(item, name):
                setattr(item, name, [number(value) for value in values])
        if item.offices:
            item.offices = [_term(t) for t in item.offices]
        if item.parties:
            item.parties = [_term(t) for t in item.parties]
        return item


_NUMBERS = ("types", "superclasses", "countries", "occupations")
_FIELDS = tuple(f.name for f in fields(Item))


def number(qid: str | int) -> int:
    """ "Q42" -> 42.

    Raises:
        ValueError: it is no QID.
    """
    if isinstance(qid, str) and qid[:1] == "Q" and qid[1:].isascii() and qid[1:].isdecimal():
        qid = int(qid[1:])
    if not isinstance(qid, int) or not 0 < qid < _MOST:
        raise ValueError(f"{qid!r} is no QID")
    return qid


def read_item(entity: Mapping[str, Any], languages: Sequence[str] = ("en",)) -> Item | None:
    """An entity in Wikidata's JSON as an item; None for a property, a lexeme, a redirect, a deleted one.

    Args:
        entity: a line of a dump, or an entity in an answer of `wbgetentities`.
        languages: of the names and descriptions that are kept. "mul" (names for all languages) is always among them.

    Raises:
        ValueError: the id is no QID.
    """
    if entity.get("type") != "item" or "missing" in entity or "redirect" in entity:
        return None
    item = Item(number(entity["id"]))
    # Wikidata writes an empty object as an empty list
    labels, aliases, descriptions = (entity.get(part) or {} for part in ("labels", "aliases", "descriptions"))
    for language in (*languages, "mul"):
        if language in labels:
            item.labels[language] = labels[language]["value"]
        if language in aliases:
            item.aliases[language] = [a["value"] for a in aliases[language]]
        if language in descriptions:
            item.descriptions[language] = descriptions[language]["value"]
    item.sitelinks = len(entity.get("sitelinks") or ())
    claims = entity.get("claims") or {}
    item.types = _items(claims.get("P31"))
    item.superclasses = _items(claims.get("P279"))
    item.countries = list(dict.fromkeys([*_items(claims.get("P17")), *_items(claims.get("P27"))]))
    item.occupations = _items(claims.get("P106"))
    item.offices = _terms(claims.get("P39"))
    item.parties = _terms(claims.get("P102"))
    item.born = next(iter(_values(claims.get("P569"), time_of)), "")
    item.died = next(iter(_values(claims.get("P570"), time_of)), "")
    item.website = next(iter(_values(claims.get("P856"), str)), "")
    return item


def time_of(value: Mapping[str, Any]) -> str:
    """A time of Wikidata, as exact as it is; "" for centuries and for years before the common era."""
    text, precision = value.get("time", ""), value.get("precision", 0)
    if text[:1] != "+" or precision < _YEAR:
        return ""
    length = {_YEAR: 5, _MONTH: 8}.get(precision, 11)
    return str(text[1:length])


def _values(statements: Iterable[Mapping[str, Any]] | None, read: Any) -> Iterator[Any]:
    for statement in _current(statements):
        snak = statement["mainsnak"]
        if snak["snaktype"] == "value" and (value := read(snak["datavalue"]["value"])):
            yield value


def _current(statements: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Statements that are not deprecated, preferred ones first."""
    kept = [s for s in statements or () if s.get("rank") != "deprecated"]
    return sorted(kept, key=lambda s: s.get("rank") != "preferred") if len(kept) > 1 else kept


def _items(statements: Iterable[Mapping[str, Any]] | None) -> list[int]:
    if not statements:
        return []
    return list(dict.fromkeys(_values(statements, _target)))


def _target(value: Mapping[str, Any]) -> int:
    qid = int(value.get("numeric-id") or 0) if value.get("entity-type") == "item" else 0
    return qid if qid < _MOST else 0


def _terms(statements: Iterable[Mapping[str, Any]] | None) -> list[Term]:
    found = []
    for statement in _current(statements):
        snak = statement["mainsnak"]
        if snak["snaktype"] == "value" and (qid := _target(snak["datavalue"]["value"])):
            qualifiers = statement.get("qualifiers") or {}
            found.append(Term(qid, _when(qualifiers.get(_START)), _when(qualifiers.get(_END))))
    return found


def _when(snaks: Iterable[Mapping[str, Any]] | None) -> str:
    return next((time_of(s["datavalue"]["value"]) for s in snaks or () if s["snaktype"] == "value"), "")


def _term(value: Any) -> Term:
    return value if isinstance(value, Term) else Term(**{**value, "qid": number(value["qid"])})
