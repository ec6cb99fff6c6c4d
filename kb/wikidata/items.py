"""What is kept of a Wikidata item, and how it is read from the JSON of dumps and of the live service.

Times are Wikidata's precision cut to a day, month or year: "2012-05-07", "2012-05", "2012"; "" where not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

_MONTH, _YEAR = 10, 9  # precisions of Wikidata's times
MOST = 1 << 32  # QIDs are stored in 32 bits


class Term(Struct, frozen=True, array_like=True, gc=False):
    """Something that held for a while: an office, a membership. `start` and `end` are "" where not known."""

    qid: int
    start: str = ""
    end: str = ""


class Item(Struct, array_like=True, gc=False):
    """A Wikidata item as far as linking and questions need it. QIDs are numbers without their Q.

    How well known it is: `sitelinks` counts the wikis that have a page on it (in KGTK files, the items that point to
    it); `rank` is its PageRank, where a source gives one, and then counts instead.
    """

    qid: int
    labels: dict[str, str] = {}
    aliases: dict[str, list[str]] = {}
    descriptions: dict[str, str] = {}
    types: list[int] = []
    superclasses: list[int] = []
    sitelinks: int = 0
    rank: float = 0.0
    countries: list[int] = []
    occupations: list[int] = []
    offices: list[Term] = []
    parties: list[Term] = []
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

    def as_record(self) -> bytes:
        """The form in which an index keeps it: a JSON array of the fields, on one line; `Item.of_record` reads it."""
        return _ENCODER.encode(self)

    @classmethod
    def of_record(cls, record: bytes) -> Item:
        """The item of what `as_record` gave."""
        return _RECORDS.decode(record)

    def as_row(self) -> dict[str, Any]:
        """What orjson writes as a JSON object, without what is empty; `Item.of_row` reads it."""
        row = {name: value for name in Item.__struct_fields__ if (value := getattr(self, name)) or name == "qid"}
        for name in ("offices", "parties"):
            if name in row:
                row[name] = [msgspec.structs.asdict(term) for term in row[name]]
        return row

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Item:
        """The item of a JSON object that `as_row` wrote, or that somebody wrote by hand in that form.

        Raises:
            ValueError: it has no QID, a field that items have not, or something else than a field should hold.
        """
        try:
            read = msgspec.convert(row, _Row)
        except msgspec.ValidationError as error:
            raise ValueError(f"no item: {error}") from error
        item = cls(**msgspec.structs.asdict(read))
        item.qid = number(read.qid)
        item.types, item.superclasses = [*map(number, read.types)], [*map(number, read.superclasses)]
        item.countries, item.occupations = [*map(number, read.countries)], [*map(number, read.occupations)]
        item.offices = [Term(number(t.qid), t.start, t.end) for t in read.offices]
        item.parties = [Term(number(t.qid), t.start, t.end) for t in read.parties]
        return item


class _RowTerm(Struct, forbid_unknown_fields=True):
    qid: int | str
    start: str = ""
    end: str = ""


class _Row(Struct, forbid_unknown_fields=True):
    """An item as somebody may write it by hand: QIDs are "Q42" or 42."""

    qid: int | str
    labels: dict[str, str] = {}
    aliases: dict[str, list[str]] = {}
    descriptions: dict[str, str] = {}
    types: list[int | str] = []
    superclasses: list[int | str] = []
    sitelinks: Annotated[int, Meta(ge=0, lt=MOST)] = 0
    rank: float = 0.0
    countries: list[int | str] = []
    occupations: list[int | str] = []
    offices: list[_RowTerm] = []
    parties: list[_RowTerm] = []
    born: str = ""
    died: str = ""
    website: str = ""


_ENCODER = msgspec.json.Encoder()
_RECORDS = msgspec.json.Decoder(Item)


def number(qid: str | int) -> int:
    """ "Q42" -> 42.

    Raises:
        ValueError: it is no QID.
    """
    if isinstance(qid, str) and qid[:1] == "Q" and (digits := qid[1:]).isdecimal() and digits.isascii():
        qid = int(digits)
    if not isinstance(qid, int) or not 0 < qid < MOST:
        raise ValueError(f"{qid!r} is no QID")
    return qid


def time_of(value: Mapping[str, Any]) -> str:
    """A time in Wikidata's JSON; see `moment`."""
    return moment(value.get("time", ""), value.get("precision", 0))


def moment(text: str, precision: int) -> str:
    """A time of Wikidata, as exact as it is; "" for centuries and for years before the common era.

    >>> moment("+2012-05-07T00:00:00Z", 11), moment("+2012-05-00T00:00:00Z", 10), moment("+2012-00-00T00:00:00Z", 8)
    ('2012-05-07', '2012-05', '')
    """
    if text[:1] != "+" or precision < _YEAR:
        return ""
    return text[1 : {_YEAR: 5, _MONTH: 8}.get(precision, 11)]
