"""Facts of items in the form of Wikidata's API, for tests to write with `kb.wikidata.facts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Of those whom the example articles name, the public record: citizenship, party, offices with days.
PEOPLE: tuple[tuple[str, str, str, str, Sequence[tuple[str, str, str]]], ...] = (
    (
        "Q22316",
        "John Kerry",
        "Q30",
        "Q29552",
        (("Q14213", "2013-02-01", "2017-01-20"), ("Q4416090", "1985-01-02", "2013-02-01")),
    ),
    ("Q76", "Barack Obama", "Q30", "Q29552", (("Q11696", "2009-01-20", "2017-01-20"),)),
    ("Q7747", "Vladimir Putin", "Q159", "", (("Q218295", "2012-05-07", ""),)),
    ("Q58217", "Sergey Lavrov", "Q159", "Q151469", ()),
    ("Q44329", "Bashar al-Assad", "Q858", "", ()),
    ("Q39259", "Recep Tayyip Erdoğan", "Q43", "Q19077", ()),
    ("Q1253", "Ban Ki-moon", "Q884", "", (("Q81066", "2007-01-01", "2016-12-31"),)),
    ("Q7711", "Jean-Marc Ayrault", "Q142", "Q170972", ()),
)
#: What those facts point to.
NAMES = {
    "Q30": "United States",
    "Q43": "Turkey",
    "Q142": "France",
    "Q159": "Russia",
    "Q858": "Syria",
    "Q884": "South Korea",
    "Q29552": "Democratic Party",
    "Q19077": "Justice and Development Party",
    "Q151469": "United Russia",
    "Q170972": "Socialist Party",
    "Q14213": "United States Secretary of State",
    "Q4416090": "United States senator",
    "Q11696": "President of the United States",
    "Q218295": "President of Russia",
    "Q81066": "Secretary-General of the United Nations",
}


def people() -> list[dict[str, Any]]:
    """The items of `PEOPLE`."""
    found = []
    for qid, name, country, party, offices in PEOPLE:
        claims = {"P27": [claim(qid, 1, country)]}
        if party:
            claims["P102"] = [claim(qid, 2, party)]
        if offices:
            claims["P39"] = [claim(qid, 3 + n, *office) for n, office in enumerate(offices)]
        found.append({"id": qid, "labels": text(name), "claims": claims})
    return found


def text(words: str) -> dict[str, dict[str, str]]:
    """A label or description."""
    return {"en": {"value": words}}


def claim(item: str, number: int, qid: str, start: str = "", end: str = "") -> dict[str, Any]:
    """A statement of an item, the `number`th: it points to `qid`, from one day to another where they are known."""
    value = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": qid}}
    found: dict[str, Any] = {"id": f"{item}${number}", "rank": "normal", "qualifiers": {}}
    found["mainsnak"] = {"snaktype": "value", "datavalue": value}
    for name, day in (("P580", start), ("P582", end)):
        if day:
            time = {"type": "time", "value": {"time": f"+{day}T00:00:00Z", "precision": 11}}
            found["qualifiers"][name] = [{"snaktype": "value", "datavalue": time}]
    return found
