"""Entities in Wikidata's JSON, as far as an index needs them.

msgspec passes over whatever has no field here unread, which is most of a line. Wikidata writes an empty object as an
empty list, and leaves a snak's `datavalue` out where there is no value or nobody knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any

import msgspec
import orjson
from msgspec import Meta, Struct

from kb.wikidata.items import MOST, Item, Term, moment, number

_Empty = Annotated[list[Any], Meta(max_length=0)]


class _Text(Struct, gc=False):
    value: str


class _Link(Struct, gc=False, tag_field="entity-type", tag="item", rename={"number": "numeric-id"}):
    number: Annotated[int, Meta(gt=0, lt=MOST)] | None = None
    id: str = ""


class _LinkValue(Struct, gc=False):
    value: _Link


class _LinkSnak(Struct, gc=False):
    datavalue: _LinkValue | None = None


class _LinkStatement(Struct, gc=False):
    mainsnak: _LinkSnak
    rank: str = "normal"


class _Moment(Struct, gc=False):
    time: str = ""
    precision: int = 0


class _MomentValue(Struct, gc=False):
    value: _Moment


class _MomentSnak(Struct, gc=False):
    datavalue: _MomentValue | None = None


class _MomentStatement(Struct, gc=False):
    mainsnak: _MomentSnak
    rank: str = "normal"


class _TextSnak(Struct, gc=False):
    datavalue: _Text | None = None


class _TextStatement(Struct, gc=False):
    mainsnak: _TextSnak
    rank: str = "normal"


class _Span(Struct, gc=False):
    """Qualifiers of an office or a membership: when it began and ended."""

    P580: list[_MomentSnak] | None = None
    P582: list[_MomentSnak] | None = None


class _TermStatement(Struct, gc=False):
    mainsnak: _LinkSnak
    rank: str = "normal"
    qualifiers: _Span | _Empty | None = None


class _Claims(Struct, gc=False):
    P31: list[_LinkStatement] | None = None
    P279: list[_LinkStatement] | None = None
    P17: list[_LinkStatement] | None = None
    P27: list[_LinkStatement] | None = None
    P106: list[_LinkStatement] | None = None
    P39: list[_TermStatement] | None = None
    P102: list[_TermStatement] | None = None
    P569: list[_MomentStatement] | None = None
    P570: list[_MomentStatement] | None = None
    P856: list[_TextStatement] | None = None


class _Page(Struct, gc=False):
    """A wiki's page: that there is one is enough."""


class _Entity(Struct, gc=False, tag_field="type", tag="item"):
    """An item; a reader gives `labels`, `aliases` and `descriptions` a field for each of its languages."""

    id: str
    labels: Any = None
    aliases: Any = None
    descriptions: Any = None
    claims: _Claims | _Empty | None = None
    sitelinks: dict[str, _Page] | _Empty | None = None
    # an item has none of these
    missing: _Empty | None = None
    redirect: _Empty | None = None
    qid: _Empty | None = None


_NO_CLAIMS = _Claims()


class EntityReader:
    """Reads entities as items.

    Args:
        languages: of the names and descriptions that are kept. "mul" (names for all languages) is always among them.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        codes = tuple(dict.fromkeys((*languages, "mul")))
        self._first, self._second = codes[0], codes[1] if len(codes) > 1 else ""
        self._others = [(f"text{n}", code) for n, code in enumerate(codes)][2:]
        names = {f"text{n}": code for n, code in enumerate((self._first, self._second, *codes[2:]))}

        def texts(kind: Any) -> Any:
            fields = [(name, kind | None, None) for name in names]
            return msgspec.defstruct("Texts", fields, rename=names, gc=False) | _Empty | None

        one, some = texts(_Text), texts(list[_Text])
        fields = [("labels", one, None), ("aliases", some, None), ("descriptions", one, None)]
        entity = msgspec.defstruct("Entity", fields, bases=(_Entity,), tag_field="type", tag="item", gc=False)
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(entity).decode

    def item(self, text: bytes) -> Item:
        """The item of a line of a dump.

        Raises:
            ValueError: it is no item, no JSON, or something that is read is not where Wikidata has it.
        """
        try:
            entity = self._decode(text)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ValueError(str(error)) from error
        if not text.isascii():
            text.decode()  # of what was passed over, too
        claims = entity.claims or _NO_CLAIMS
        digits = entity.id[1:]
        qid = int(digits) if digits.isdecimal() and digits.isascii() and entity.id[0] == "Q" else 0
        return Item(
            qid if 0 < qid < MOST else number(entity.id),
            self._texts(texts) if (texts := entity.labels) else {},
            self._lists(texts) if (texts := entity.aliases) else {},
            self._texts(texts) if (texts := entity.descriptions) else {},
            _links(some) if (some := claims.P31) else [],
            _links(some) if (some := claims.P279) else [],
            len(pages) if (pages := entity.sitelinks) else 0,
            0.0,
            _union(some, others) if (some := claims.P17) and (others := claims.P27) else _links(some or claims.P27),
            _links(some) if (some := claims.P106) else [],
            _terms(some) if (some := claims.P39) else [],
            _terms(some) if (some := claims.P102) else [],
            _moment(some) if (some := claims.P569) else "",
            _moment(some) if (some := claims.P570) else "",
            _site(some) if (some := claims.P856) else "",
        )

    def _texts(self, texts: Any) -> dict[str, str]:
        found = {}
        if (text := texts.text0) is not None:
            found[self._first] = text.value
        if (text := texts.text1) is not None:
            found[self._second] = text.value
        for name, code in self._others:
            if text := getattr(texts, name):
                found[code] = text.value
        return found

    def _lists(self, texts: Any) -> dict[str, list[str]]:
        found = {}
        if some := texts.text0:
            found[self._first] = [text.value for text in some]
        if some := texts.text1:
            found[self._second] = [text.value for text in some]
        for name, code in self._others:
            if some := getattr(texts, name):
                found[code] = [text.value for text in some]
        return found


def read_item(entity: Mapping[str, Any], languages: Sequence[str] = ("en",)) -> Item | None:
    """An entity in Wikidata's JSON as an item; None for a property, a lexeme, a redirect, a deleted one.

    Args:
        entity: a line of a dump, or an entity in an answer of `wbgetentities`.
        languages: as for `EntityReader`.

    Raises:
        ValueError: the id is no QID, or something that is read is not where Wikidata has it.
    """
    if entity.get("type") != "item" or "missing" in entity or "redirect" in entity:
        return None
    return _reader(tuple(languages)).item(orjson.dumps(entity))


_reader = lru_cache(maxsize=16)(EntityReader)


def _links(statements: Sequence[_LinkStatement] | None) -> list[int]:
    """The QIDs that statements point to, preferred ones first."""
    if not statements:
        return []
    if len(statements) == 1:  # as most are
        statement = statements[0]
        value = statement.mainsnak.datavalue
        if value is not None and statement.rank == "normal":
            return [value.value.number or number(value.value.id)]
    values = (statement.mainsnak.datavalue for statement in _current(statements))
    return [*dict.fromkeys(value.value.number or number(value.value.id) for value in values if value)]


def _union(some: Sequence[_LinkStatement], others: Sequence[_LinkStatement]) -> list[int]:
    return [*dict.fromkeys((*_links(some), *_links(others)))]


def _terms(statements: Sequence[_TermStatement]) -> list[Term]:
    found = []
    if len(statements) > 1 or statements[0].rank != "normal":
        statements = _current(statements)
    for statement in statements:
        value = statement.mainsnak.datavalue
        if value is not None:
            span: Any = statement.qualifiers
            qid = value.value.number or number(value.value.id)
            found.append(Term(qid, _first(span.P580), _first(span.P582)) if span else Term(qid))
    return found


def _current(statements: Sequence[Any]) -> Sequence[Any]:
    """Statements that are not deprecated, preferred ones first."""
    kept = (statement for statement in statements if statement.rank != "deprecated")
    return sorted(kept, key=lambda statement: statement.rank != "preferred")


def _first(snaks: Sequence[_MomentSnak] | None) -> str:
    return next((_when(snak) for snak in snaks or () if snak.datavalue), "")


def _moment(statements: Sequence[_MomentStatement]) -> str:
    return next(filter(None, (_when(statement.mainsnak) for statement in _current(statements))), "")


def _site(statements: Sequence[_TextStatement]) -> str:
    return next((s.mainsnak.datavalue.value for s in _current(statements) if s.mainsnak.datavalue), "")


def _when(snak: _MomentSnak) -> str:
    value = snak.datavalue
    return moment(value.value.time, value.value.precision) if value else ""
