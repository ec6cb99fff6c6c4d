"""`kb wikidata relink`: decide anew what the base's entities are, with another index, without reading the articles.

What the linker needs lies in the base: the names in the text, the types, the text round the first mention, and what
else the article is about. The IRIs of our entities stay as they are; an entity that several articles share gets an item
only where none of them is linked to another one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from kb.clusters import LOCATIVE, about_sport
from kb.iris import PREFIXES, Minter
from kb.linking.index import Entry
from kb.linking.linker import Linker, Question
from kb.links import CLASSES, add_link
from kb.model import EntityLink, EntityType, LinkStatus
from kb.runs import run_of, write_run
from kb.settings import Settings
from kb.store.base import Store, Term, View
from kb.triples import Triples, iri_of, term

_BEFORE, _AFTER = 200, 400  # code points of the text round the first mention
_ACCEPTED = PREFIXES["st"] + "Accepted"
_TYPES = {PREFIXES[names[-1].partition(":")[0]] + names[-1].partition(":")[2]: kind for kind, names in CLASSES.items()}
_NAME = PREFIXES["st"] + "NameForm"
_ELSEWHERE = """SELECT ?graph ?entity ?item WHERE { GRAPH ?graph {
  ?entity st:hasLink ?link . ?link st:linkStatus st:Accepted ; st:candidate ?item } }"""
_MENTIONS = """SELECT ?entity ?exact ?before ?start ?form WHERE { GRAPH ?graph {
  ?mention st:refersTo ?entity ; st:mentionForm ?form ; oa:hasSelector ?quote , ?place .
  ?quote oa:exact ?exact . OPTIONAL { ?quote oa:prefix ?before } ?place oa:start ?start
} } ORDER BY ?start"""
_LINKS = """SELECT ?entity ?status ?item WHERE { GRAPH ?graph {
  ?entity st:hasLink ?link . ?link st:linkStatus ?status OPTIONAL { ?link st:candidate ?item } } }"""
_TYPED = "SELECT ?entity ?type WHERE { ?entity a ?type . FILTER EXISTS { ?entity st:hasLink ?link } }"
_ARTICLES = """SELECT ?article ?text ?title ?date WHERE { ?article st:textSha256 ?sha
  OPTIONAL { ?article st:text ?text } OPTIONAL { ?article schema:headline ?title }
  OPTIONAL { ?article schema:datePublished ?date } }"""


@dataclass(slots=True)
class _Known:
    """An entity as one article speaks of it."""

    surfaces: Counter[str] = field(default_factory=Counter)
    first: int = 0
    located: bool = False
    qid: str | None = None
    by_name: bool = True  # never by a demonym or metonym, which are decided without the linker


class _Article(NamedTuple):
    iri: str
    slug: str
    text: str
    title: str
    year: int


@dataclass(frozen=True, slots=True)
class Relinked:
    """A decision that came out otherwise: the entity's IRI, the article's, the items before and after (None: none)."""

    entity: str
    article: str
    before: str | None
    after: str | None


def relink(store: Store, settings: Settings, linker: Linker, again: bool = False) -> Iterator[Relinked]:
    """Decide anew and write what changed, an article at a time; yields every change once it is written.

    Args:
        again: also for entities that are linked already; else only for those that are not.

    Raises:
        StoreError: the store could not be read or written.
    """
    minter = Minter(settings.base_iri)
    types = _types(store)
    articles = list(_articles(store))
    decided = {a.iri: _decide(store, minter, linker, types, again, a) for a in articles}
    accepted: defaultdict[str, set[str]] = defaultdict(set)  # entity -> the items that articles take it for
    doubted: set[str] = set()  # entities that some article would not link
    for found in decided.values():
        for entity, (before, link) in found.items():
            if qid := link.qid if link is not None else before:
                accepted[entity].add(qid)
            elif link is not None:
                doubted.add(entity)
    held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # (entity, item) -> the graphs that have it so
    for row in _rows(store, _ELSEWHERE):
        held[row["entity"], row["item"].removeprefix(PREFIXES["wd"])].add(row["graph"])
    for article in articles:
        graph = minter.article_graph(article.slug)
        changed: dict[str, tuple[str | None, EntityLink]] = {}
        for entity, (before, link) in decided[article.iri].items():
            if link is None or link.qid == before:
                continue
            # two items for one entity, or a person whom an article would not link: nobody is sure enough
            unsure = len(accepted[entity]) > 1 or (entity in doubted and types.get(entity) is EntityType.PERSON)
            if link.qid and unsure:
                continue
            changed[entity] = (before, link)
            held[entity, before or ""].discard(graph)
            if link.qid:
                held[entity, link.qid].add(graph)
        if changed:
            gone = {entity for entity, (before, _) in changed.items() if before and not held[entity, before]}
            _write(store, minter, settings, article, changed, gone)
            yield from (Relinked(e, article.iri, before, link.qid) for e, (before, link) in changed.items())


def _decide(
    view: View, minter: Minter, linker: Linker, types: dict[str, EntityType], again: bool, article: _Article
) -> dict[str, tuple[str | None, EntityLink | None]]:
    """Entity -> the item it had, and the new decision (None: not asked again)."""
    known = _known(view, minter.article_graph(article.slug))
    linked = [(e.surfaces.total(), entry) for e in known.values() if e.qid and (entry := linker.index.get(e.qid))]
    sporting = about_sport(re.findall(r"\w+", article.text.lower()))
    entries: list[Entry] = [entry for _, entry in sorted(linked, key=lambda x: -x[0])]
    found: dict[str, tuple[str | None, EntityLink | None]] = {}
    for iri, entity in known.items():
        # what was decided without the linker, or with an index that knew more, stays
        settled = entity.qid and not (again and entity.by_name and linker.index.get(entity.qid))
        if not entity.surfaces or settled:
            found[iri] = (entity.qid, None)
            continue
        name = max(entity.surfaces, key=lambda s: (len(s.split()), len(s)))
        context = f"{article.title} {article.text[max(0, entity.first - _BEFORE) : entity.first + _AFTER]}"
        kind = types.get(iri)
        kind = None if kind is EntityType.OTHER else EntityType.PLACE if kind is EntityType.COUNTRY else kind
        question = Question(name, kind, tuple(entity.surfaces), context, entity.located, sporting, article.year)
        others = [e for e in entries if e.qid != entity.qid]
        found[iri] = (entity.qid, linker.decide(question, others))
    return found


def _write(
    store: Store,
    minter: Minter,
    settings: Settings,
    article: _Article,
    changed: dict[str, tuple[str | None, EntityLink]],
    without: set[str],
) -> None:
    """Replace the decisions in the article's graph; entities `without` lose the item they had."""
    slug = article.slug
    graph, shared = minter.article_graph(slug), minter.entities_graph
    run = run_of(settings)
    held = list(store.quads(graph))
    triples = Triples()
    write_run(triples, minter, run)
    gone: set[str] = set()
    items: set[tuple[str, str]] = set()
    for iri, (before, link) in changed.items():
        key = unquote(iri.removeprefix(minter.entity("")))
        gone |= {iri_of(q.object) for q in held if iri_of(q.subject) == iri and _is_link(q)}
        add_link(triples, minter, slug, key, link, graph, minter.run(*run.parts))
        if link.qid and link.status is LinkStatus.ACCEPTED:
            triples.add(shared, iri, "skos:exactMatch", f"wd:{link.qid}")
        if before and iri in without:
            items.add((iri, PREFIXES["wd"] + before))
    gone |= {iri_of(q.object) for q in held if iri_of(q.subject) in gone and q.predicate == term("st:nextBest")}
    kept = [q for q in held if iri_of(q.subject) not in gone and not (_is_link(q) and iri_of(q.object) in gone)]
    new = triples.quads()
    store.load([q for name, quads in new.items() if name != graph for q in quads])
    replaced = {graph: [*kept, *new.get(graph, [])]}
    if items:
        match = term("skos:exactMatch")
        replaced[shared] = [
            q for q in store.quads(shared) if q.predicate != match or (iri_of(q.subject), iri_of(q.object)) not in items
        ]
    store.replace_graphs(replaced)


def _is_link(quad: ox.Quad) -> bool:
    return quad.predicate == term("st:hasLink")


def _known(view: View, graph: str) -> dict[str, _Known]:
    found: defaultdict[str, _Known] = defaultdict(_Known)
    node: dict[str, Term] = {"graph": ox.NamedNode(graph)}
    for row in _rows(view, _LINKS, node):
        entity = found[row["entity"]]
        if row["status"] == _ACCEPTED and row["item"]:
            entity.qid = row["item"].removeprefix(PREFIXES["wd"])
    for row in _rows(view, _MENTIONS, node):
        if row["entity"] not in found:
            continue
        entity = found[row["entity"]]
        if row["form"] != _NAME:
            entity.by_name = False
            continue
        if not entity.surfaces:
            entity.first = int(row["start"])
        entity.surfaces[row["exact"]] += 1
        entity.located |= row["before"].split()[-1:] != [] and row["before"].split()[-1].lower() in LOCATIVE
    return dict(found)


def _articles(view: View) -> Iterator[_Article]:
    for row in _rows(view, _ARTICLES):
        year = int(row["date"][:4]) if row["date"][:4].isdecimal() else 0
        yield _Article(row["article"], row["article"].rpartition("/")[2], row["text"], row["title"], year)


def _types(view: View) -> dict[str, EntityType]:
    """Entity -> its type; OTHER also where two articles take it for different things."""
    found: dict[str, EntityType] = {}
    for row in _rows(view, _TYPED):
        kind = _TYPES.get(row["type"], EntityType.OTHER)
        if kind is not EntityType.OTHER:
            found[row["entity"]] = kind if found.get(row["entity"], kind) is kind else EntityType.OTHER
    return found


def _rows(view: View, query: str, bindings: Mapping[str, Term] | None = None) -> list[dict[str, str]]:
    prologue = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("st", "oa", "schema"))
    answer = view.query(prologue + query, bindings)
    assert isinstance(answer, ox.QuerySolutions)
    names = [v.value for v in answer.variables]
    return [{n: row[n].value if row[n] is not None else "" for n in names} for row in answer]
