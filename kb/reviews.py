"""What people say of a stance: confirmed, disputed, retracted. Kept in graphs of their own, so that it outlives a new
reading of the article: a stance keeps its IRI as long as text, span, holder and target are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyoxigraph as ox

from kb.errors import UnknownName, UsageError
from kb.iris import PREFIXES, Minter
from kb.store.base import Store, View
from kb.triples import Triples, plain, term

STATUSES = ("confirmed", "disputed", "retracted", "superseded")
_AUDIENCE = f"""PREFIX st: <{PREFIXES["st"]}>
SELECT ?stance ?audience WHERE {{ ?stance a st:Stance OPTIONAL {{ ?stance st:audience ?audience }} }}"""


def review(
    store: Store, minter: Minter, stance: str, status: str, reason: str, reviewer: str = "", on: date | None = None
) -> str:
    """Note what a person says of a stance; saying the same again on the same day changes nothing.

    Args:
        stance: its IRI.
        status: confirmed, disputed, retracted or superseded. Answers leave out the last two.
        reason: why, in words that readers will see.
        reviewer: who says so; may be left out.
        on: the day, today when None.

    Returns:
        The IRI of the review.

    Raises:
        UsageError: no such status, or no reason.
        UnknownName: the store holds no such stance.
        StoreError: the store could not be read or written.
    """
    if status not in STATUSES:
        raise UsageError(f"status {status!r} is unknown; use one of {', '.join(STATUSES)}")
    if not reason.strip():
        raise UsageError(f"no reason given for {status} {stance}; say why in a few words")
    graph = _graph(store, minter, stance)
    day = (on or date.today()).isoformat()
    iri = minter.review(stance.removeprefix(minter.base), status, reason, reviewer, day)
    triples = Triples()
    triples.add(graph, iri, "rdf:type", "st:Review")
    triples.add(graph, iri, "st:reviews", stance)
    triples.add(graph, iri, "st:status", f"st:{status.capitalize()}")
    triples.add(graph, iri, "rdfs:comment", plain(reason))
    moment = ox.Literal(f"{day}T00:00:00Z", datatype=term("xsd:dateTime"))
    triples.add(graph, iri, "prov:endedAtTime", moment)
    if reviewer:
        triples.add(graph, iri, "rdfs:label", plain(f"Review by {reviewer}"))
    store.load(triples.quads()[graph])
    return iri


def retract(store: Store, minter: Minter, stance: str, reason: str, reviewer: str = "") -> str:
    """Take a stance back: it stays, marked with the reason, and answers leave it out. Raises as `review`."""
    return review(store, minter, stance, "retracted", reason, reviewer)


def withdraw(store: Store, minter: Minter, review: str) -> None:
    """Take a review back, as one given by mistake; it is gone then.

    Raises:
        UnknownName: the store holds no such review.
        StoreError: the store could not be read or written.
    """
    changed: dict[str, Iterable[ox.Quad]] = {}
    for graph in (minter.reviews_graph, minter.restricted_reviews_graph):
        quads = list(store.quads(graph))
        kept = [quad for quad in quads if not (isinstance(quad.subject, ox.NamedNode) and quad.subject.value == review)]
        if len(kept) < len(quads):
            changed[graph] = kept
    if not changed:
        raise UnknownName(f"no review {review}; copy its IRI from the answer to kb retract or from a query")
    store.replace_graphs(changed)


def _graph(view: View, minter: Minter, stance: str) -> str:
    """Where a review of the stance belongs: what is said of a reader comment is for the public no more than that is."""
    try:
        node = ox.NamedNode(stance)
    except ValueError as error:
        raise UnknownName(f"{stance!r} is no IRI; copy a stance's IRI from a query or its page") from error
    answer = view.query(_AUDIENCE, {"stance": node})
    assert isinstance(answer, ox.QuerySolutions)
    audiences = [row["audience"] for row in answer]
    if not audiences:
        raise UnknownName(f"no stance {stance}; copy its IRI from a query or its page")
    return minter.restricted_reviews_graph if term("st:RestrictedData") in audiences else minter.reviews_graph
