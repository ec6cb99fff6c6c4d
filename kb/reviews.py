"""What people say about a stance: confirmed, disputed, retracted. Kept in a graph of its own, so that it survives
whenever the article is read again: a stance keeps its IRI as long as text, span, holder and target are the same.
"""

from __future__ import annotations

import hashlib
from datetime import date

import pyoxigraph as ox

from kb.errors import UnknownName, UsageError
from kb.iris import PREFIXES, Minter
from kb.store.base import Store

STATUSES = ("confirmed", "disputed", "retracted")

_ST, _PROV, _RDFS, _XSD = (PREFIXES[p] for p in ("st", "prov", "rdfs", "xsd"))
_KNOWN = f"ASK {{ ?stance a <{_ST}Stance> }}"


def review(
    store: Store, minter: Minter, stance: str, status: str, reason: str, reviewer: str = "", on: date | None = None
) -> str:
    """Note what a person says of a stance; saying the same again on the same day changes nothing.

    Args:
        stance: its IRI.
        status: confirmed, disputed or retracted.
        reason: why, in words that readers will see.
        reviewer: who says so; may be left out.
        on: the day, today when None.

    Returns:
        The IRI of the review.

    Raises:
        UsageError: no such status, or no reason.
        UnknownName: the store holds no such stance.
    """
    if status not in STATUSES:
        raise UsageError(f"status {status!r} is unknown; use one of {', '.join(STATUSES)}")
    if not reason.strip():
        raise UsageError(f"no reason given for {status} {stance}; say why in a few words")
    try:
        node = ox.NamedNode(stance)
    except ValueError as error:
        raise UnknownName(f"{stance!r} is no IRI; copy a stance's IRI from a query or its page") from error
    if not bool(store.query(_KNOWN, {"stance": node})):
        raise UnknownName(f"no stance {stance}; copy its IRI from a query or its page")
    day = (on or date.today()).isoformat()
    content = "\n".join((stance, status, reason, reviewer, day))
    graph = ox.NamedNode(minter.reviews_graph)
    this = ox.NamedNode(f"{minter.base}id/review/{hashlib.sha256(content.encode()).hexdigest()[:24]}")

    def quad(predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(this, ox.NamedNode(predicate), value, graph)

    quads = [
        quad(f"{PREFIXES['rdf']}type", ox.NamedNode(f"{_ST}Review")),
        quad(f"{_ST}reviews", node),
        quad(f"{_ST}status", ox.NamedNode(_ST + status.capitalize())),
        quad(f"{_RDFS}comment", ox.Literal(reason)),
        quad(f"{_PROV}endedAtTime", ox.Literal(f"{day}T00:00:00Z", datatype=ox.NamedNode(f"{_XSD}dateTime"))),
    ]
    if reviewer:
        quads.append(quad(f"{_RDFS}label", ox.Literal(f"Review by {reviewer}")))
    store.load(quads)
    return this.value
