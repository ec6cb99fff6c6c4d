"""Which stances are meant: a filter, its values as requests give them, and the same as a SPARQL pattern."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from kb.errors import UsageError
from kb.model import Certainty, Polarity, StanceKind
from kb.store.sparql import term_text

#: A stance is taken back by its own status or by a review's. MINUS finds these few once; a FILTER NOT EXISTS asks it
#: of each stance: 79 ms against 2.9 s to count 100,000.
NOT_GONE = """MINUS {
    VALUES ?gone { st:Retracted st:Superseded }
    { ?s st:status ?gone } UNION { ?review st:reviews ?s ; st:status ?gone }
}"""
_XSD = "http://www.w3.org/2001/XMLSchema#"
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_NODES = {
    "holder": "?s st:holder {} .",
    "target": "?s st:target {} .",
    "about": "?s st:target/schema:about {} .",
    "source": "?s st:originPublisher|(st:reportedIn/schema:publisher) {} .",
    "origin": "?s st:originPublisher {} .",
    "article": "?s st:reportedIn {} .",
    "voice": "?s st:voicedVia/st:relayedBy*/prov:agent {} .",
    "speaker": "?s st:voice {} .",
}
_WORDS = {"polarity": Polarity, "certainty": Certainty, "kind": StanceKind}

Telling = Literal["", "author", "quoted"]
TargetKind = Literal["", "entity", "proposition"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which stances; "" and None leave a field open. Those up to `speaker` are IRIs.

    Attributes:
        about: an entity that the target proposition is about.
        source: an outlet, as publisher of the copy or of the original.
        origin: the outlet that had it first.
        voice: anybody in the chain of who told whom; `speaker` is the one who speaks.
        since, until: ISO dates (YYYY, YYYY-MM, YYYY-MM-DD), both inclusive; stances without a date are left out.
        min_confidence: at the least; `below`: less than this.
        telling: "author" where the article tells it in its own words, "quoted" where somebody else does.
        unnamed: whether somebody in the chain is not named.
        target_kind: "entity" or "proposition".
    """

    holder: str = ""
    target: str = ""
    about: str = ""
    source: str = ""
    origin: str = ""
    article: str = ""
    voice: str = ""
    speaker: str = ""
    polarity: str = ""
    kind: str = ""
    certainty: str = ""
    since: str = ""
    until: str = ""
    min_confidence: float | None = None
    below: float | None = None
    telling: Telling = ""
    unnamed: bool | None = None
    target_kind: TargetKind = ""

    def checked(self) -> Filter:
        """This filter.

        Raises:
            UsageError: a field has a value that cannot be used.
        """
        for field in _NODES:
            iri = getattr(self, field)
            try:
                ox.NamedNode(iri or "x:")
            except ValueError:
                raise UsageError(f"{field}: {iri!r} is no IRI; give a key, a QID or an IRI from /entities") from None
        for field, words in _WORDS.items():
            word = getattr(self, field)
            known = [str(item) for item in words]
            if word and word.lower() not in known:
                raise UsageError(f"{field}: {word!r} is none; use one of: {', '.join(known)}")
        self.days()
        return self

    def days(self) -> tuple[str, str]:
        """The first and the last day, as ISO dates; "" where that end is open.

        Raises:
            UsageError: a date cannot be used.
        """
        return _day("from", self.since, last=False), _day("to", self.until, last=True)


def pattern(wanted: Filter) -> str:
    """The SPARQL graph pattern that finds the stances as `?s`; it uses the prefixes of `kb.iris.PREFIXES`.

    Raises:
        UsageError: see `Filter.checked`.
    """
    wanted.checked()
    since, until = wanted.days()
    lines = ["?s a st:Stance ."]
    lines += [
        line.format(term_text(ox.NamedNode(iri))) for field, line in _NODES.items() if (iri := getattr(wanted, field))
    ]
    for field in _WORDS:
        if word := getattr(wanted, field):
            lines.append(f"?s st:{field} st:{_concept(word)} .")
    if since or until:
        lines.append("?s st:sortDate ?day .")
        lines += [f"FILTER(?day >= {_date(since)})"] if since else []
        lines += [f"FILTER(?day <= {_date(until)})"] if until else []
    if wanted.min_confidence is not None or wanted.below is not None:
        lines.append("?s st:confidence ?c .")
        lines += [f"FILTER(?c >= {wanted.min_confidence:.6f})"] if wanted.min_confidence is not None else []
        lines += [f"FILTER(?c < {wanted.below:.6f})"] if wanted.below is not None else []
    if wanted.telling:
        lines.append(f"?s st:nestingDepth ?depth . FILTER(?depth {'=' if wanted.telling == 'author' else '>'} 0)")
    if wanted.unnamed is not None:
        lines.append(f"?s st:viaUnnamed {str(wanted.unnamed).lower()} .")
    if wanted.target_kind:
        exists = "EXISTS" if wanted.target_kind == "proposition" else "NOT EXISTS"
        lines.append(f"?s st:target ?aim . FILTER {exists} {{ ?aim a st:Proposition }}")
    return "\n".join("  " + line for line in [*lines, NOT_GONE.replace("\n", "\n  ")])


def _concept(word: str) -> str:
    """ "call-to-action" -> "CallToAction"."""
    return "".join(part.capitalize() for part in word.lower().split("-"))


def _date(day: str) -> str:
    return term_text(ox.Literal(day, datatype=ox.NamedNode(_XSD + "date")))


def _day(field: str, text: str, last: bool) -> str:
    """The first or the last day of an ISO date of any precision."""
    if not text:
        return ""
    match = _DATE.fullmatch(text.strip())
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        month = month or (12 if last else 1)
        if year and 1 <= month <= 12:
            longest = calendar.monthrange(year, month)[1]
            day = day or (longest if last else 1)
            if 1 <= day <= longest:
                return f"{year:04}-{month:02}-{day:02}"
    raise UsageError(f"{field}: {text!r} is no date; give YYYY, YYYY-MM or YYYY-MM-DD")


def parameters(wanted: Mapping[str, object]) -> dict[str, str]:
    """Parameters of /stances as text, without those that are left open."""
    return {name: str(value) for name, value in wanted.items() if value not in ("", None)}
