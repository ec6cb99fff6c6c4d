"""A parsed document -> the spans that may hold a stance or be the target of one.

Nominals are noun phrases and pronouns, each by its head; clauses are what is said, wanted, feared or done. Spans leave
out relative clauses and what follows a comma, as a target's name does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

_CUT = frozenset({"relcl", "appos", "cc", "conj", "parataxis"})
_CLAUSES = frozenset({"ccomp", "xcomp", "pcomp", "csubj", "acl", "advcl", "conj", "ROOT", "dep"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
_DUMMIES = frozenset({"there"})
_LONGEST = 24  # tokens
_BREAKS = frozenset({",", "—", "–", ";", "(", ":", "--"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens `[start, end)` with their syntactic head; `clause` where the head is a predicate."""

    start: int
    end: int
    head: int
    clause: bool


def candidates(doc: Doc, start: int, end: int, named: Collection[int] = ()) -> Iterator[Candidate]:
    """The candidates of a window, in the order of their heads.

    Args:
        start, end: token offsets of the window.
        named: tokens that a mention of an entity covers; its head is a candidate wherever it stands ("Iranian aims").
    """
    for token in doc[start:end]:
        if token.is_space or token.is_punct:
            continue
        if _is_nominal(token, named):
            yield Candidate(*_phrase(token, start, end), token.i, clause=False)
        elif token.pos_ in ("VERB", "AUX") and token.dep_ in _CLAUSES:
            yield Candidate(*_clause(token, start, end), token.i, clause=True)


def _is_nominal(token: Token, named: Collection[int]) -> bool:
    if token.lower_ in _DUMMIES or token.dep_ == "expl":
        return False
    if token.i in named:
        return token.head.i not in named or token.dep_ in ("conj", "appos", "poss", "nmod")
    if token.pos_ in _NOMINAL:
        return token.dep_ not in ("compound", "npadvmod") or token.text[0].isupper()
    names_one = token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "agent")
    return token.tag_ in ("DT", "CD", "JJS", "NN", "NNS") and names_one  # "those", "two", "most"


def _phrase(noun: Token, start: int, end: int) -> tuple[int, int]:
    if noun.dep_ in ("compound", "amod", "nmod"):  # only the name itself: "the [Trump] campaign"
        first = noun.i
        while first > start and noun.doc[first - 1].dep_ == "compound" and noun.doc[first - 1].head == noun:
            first -= 1
        return first, noun.i + 1
    return max(start, noun.left_edge.i), min(end, phrase_end(noun))


def _clause(verb: Token, start: int, end: int) -> tuple[int, int]:
    first = verb.i
    if verb.dep_ in ("ccomp", "csubj", "ROOT", "dep", "conj"):
        subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass") and c.i < verb.i), None)
        if subject is not None:
            first = subject.left_edge.i
    return max(start, first), min(end, phrase_end(verb))


def phrase_end(head: Token) -> int:
    """Where the phrase ends: at a relative clause, a second conjunct, a comma or a dash."""
    doc = head.doc
    inside = {t.i for t in head.subtree}
    end = head.i + 1
    while end in inside and end - head.i < _LONGEST:
        end += 1
    for c in head.children:
        if c.i > head.i and (c.dep_ in _CUT or (c.dep_ == "punct" and c.text in _BREAKS)):
            end = min(end, c.left_edge.i)
    for i in range(head.i + 1, end):
        if doc[i].text in _BREAKS and doc[i].text != ",":
            end = i
            break
    while end > head.i + 1 and (doc[end - 1].is_punct or doc[end - 1].is_space):
        end -= 1
    return max(end, head.i + 1)
