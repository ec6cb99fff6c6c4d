"""What pictures are made of: the base in memory, and what a request asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb.store.base import View
from kb.web.asking import Asked
from kb.web.filters import Filter, pattern
from kb.web.labels import labels
from kb.web.links import Links
from kb.web.records import Mask, Records
from kb.web.rows import Row
from kb.web.tables import Tables

#: In pixels, of the drawing with all that belongs to it.
NARROW, MIDDLE, WIDE = 340, 700, 960
WIDTHS = (NARROW, MIDDLE, WIDE)


@dataclass(frozen=True, slots=True)
class Making:
    """The base and a request.

    Attributes:
        asked: which stances the picture is of.
        params: all parameters of the request, for pictures that take more.
        width: of the picture in pixels, one of `WIDTHS`.
    """

    view: View
    links: Links
    tables: Tables
    asked: Asked
    params: Mapping[str, str]
    width: int = MIDDLE

    @property
    def records(self) -> Records:
        """The stances of the base."""
        return self.tables.records

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width < MIDDLE

    def mask(self) -> Mask:
        """Which stances.

        Raises:
            UsageError: a parameter has a value that cannot be used.
        """
        return self.records.select(self.asked.filter)

    def labels(self, numbers: list[int]) -> dict[int, Row]:
        """What nodes of the records are called, by number; see `kb.web.labels`."""
        iris = {number: self.records.nodes[number] for number in numbers if number >= 0}
        found = labels(self.view, self.links, self.tables, iris.values())
        return {number: found[iri] for number, iri in iris.items()}

    def of(self, wanted: Filter, **given: str) -> Making:
        """The same request about other stances.

        Args:
            given: the parameters of /stances that mean `wanted`.
        """
        return replace(self, asked=Asked(wanted, given))


def counting(wanted: Filter, *columns: str, patterns: str, order: str = "") -> str:
    """A SPARQL query that counts utterances and stances.

    Args:
        columns: variables that it groups by.
        patterns: what binds them, from `?s`; ?polarity is bound already.
        order: what it orders by, if not by the columns.
    """
    names = " ".join(f"?{column}" for column in columns)
    return f"""SELECT {names} (COUNT(DISTINCT ?said) AS ?utterances) (COUNT(DISTINCT ?s) AS ?stances) WHERE {{
{pattern(wanted)}
  ?s st:polarity ?way .
  BIND(LCASE(STRAFTER(STR(?way), "#")) AS ?polarity)
  OPTIONAL {{ ?s st:utterance ?utterance }}
  BIND(COALESCE(?utterance, ?s) AS ?said)
  {patterns}
}}
GROUP BY {names}
ORDER BY {order or names}"""
