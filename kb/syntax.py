"""Small questions to a dependency parse that the other steps share.

Labels are those of spaCy's English models (ClearNLP).
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

_SUBJECTS = ("nsubj", "nsubjpass")
_NEVER = frozenset({"not", "n't", "n’t", "never", "hardly", "neither", "nor", "scarcely"})
_NOBODY = frozenset({"nobody", "none", "no-one", "neither"})


def child(token: Token, *deps: str) -> Token | None:
    """The first child of `token` with one of the labels."""
    for c in token.children:
        if c.dep_ in deps:
            return c
    return None


def conjuncts(token: Token) -> Iterator[Token]:
    """The token and everything joined to it by "and", "or" or commas."""
    yield token
    for c in token.children:
        if c.dep_ == "conj" and c.pos_ in ("NOUN", "PROPN", "PRON", "VERB", "ADJ", "NUM"):
            yield from conjuncts(c)
    for c in token.children:
        if c.dep_ == "appos" and (rest := child(c, "conj")) is not None and rest.pos_ in ("PROPN", "NOUN"):
            # "The PAN, the PRI and the PRD": the parser takes the second for an apposition to the first
            yield from conjuncts(c) if token.pos_ == c.pos_ == "PROPN" else conjuncts(rest)
    if token.dep_ == "pobj":  # "by journalists and by owners"
        for c in token.head.children:
            if c.dep_ == "conj" and c.lower_ == token.head.lower_ and (other := child(c, "pobj")) is not None:
                yield from conjuncts(other)


def own_subject(verb: Token) -> Token | None:
    """The subject that stands with the verb (active or passive)."""
    return child(verb, *_SUBJECTS)


def is_passive(verb: Token) -> bool:
    """Whether the verb's subject suffers rather than acts."""
    if child(verb, "auxpass", "nsubjpass") is not None:
        return True
    if verb.tag_ != "VBN" or child(verb, "dobj") is not None:
        return False
    return verb.dep_ in ("acl", "amod") or (verb.dep_ == "advcl" and child(verb, "aux", "nsubj") is None)


def passive_agent(verb: Token) -> Token | None:
    """Who acts, where a passive says so: "by X"."""
    by = child(verb, "agent")
    if by is None:
        by = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ == "by"), None)
    return child(by, "pobj") if by is not None else None


def doer(verb: Token, object_control: frozenset[str] = frozenset()) -> Token | None:
    """Who does what the verb says, also where its subject stands with a governing verb.

    Args:
        verb: a verb, or a predicate adjective or noun.
        object_control: lemmas whose object does the infinitive ("urge them to sign").
    """
    seen = 0
    while seen < 6:
        seen += 1
        if is_passive(verb):
            return passive_agent(verb)
        subject = own_subject(verb)
        if subject is not None:
            return subject
        head = verb.head
        if verb.dep_ in ("acomp", "attr", "oprd", "prep", "conj", "advcl", "ccomp", "dep") and head != verb:
            if verb.dep_ == "ccomp" and verb.tag_ not in ("VB", "VBG"):
                return None
            if verb.dep_ == "conj" and is_passive(head) and not is_passive(verb) and verb.tag_ != "VBN":
                return own_subject(head)
            verb = head
        elif verb.dep_ == "xcomp":
            if head.lemma_ in object_control and (obj := child(head, "dobj")) is not None:
                return obj
            if is_passive(head):
                subject = own_subject(head)
                return own_subject(head.head) if subject is None and head.dep_ == "conj" else subject
            verb = head
        elif verb.dep_ in ("acl", "relcl"):
            return (
                head if verb.tag_ in ("VBG", "VBP", "VBZ", "VBD") and head.pos_ in ("NOUN", "PROPN", "PRON") else None
            )
        elif verb.dep_ == "pcomp" and head.lower_ in ("by", "in", "after", "before", "while", "despite", "without"):
            verb = head.head
        else:
            return None
    return None


def is_negated(token: Token) -> bool:
    """Whether the predicate is denied: by "not", "never", "no longer", or a subject such as "nobody"."""
    for c in token.children:
        if c.dep_ == "neg" or (c.lower_ in _NEVER and c.dep_ in ("neg", "advmod", "preconj")):
            # "not only", "not just" do not deny
            nxt = c.nbor(1).lower_ if c.i + 1 < len(token.doc) else ""
            return nxt not in ("only", "just", "merely", "simply")
        if c.dep_ == "advmod" and c.lower_ == "longer" and any(g.lower_ == "no" for g in c.children):
            return True
        if c.dep_ in _SUBJECTS and (c.lower_ in _NOBODY or any(g.lower_ == "no" for g in c.children)):
            return True
    joined = token.dep_ == "conj" and token.head.pos_ in ("VERB", "AUX") and token.pos_ in ("VERB", "AUX")
    if joined and any(c.lower_ in ("neither", "nor") for c in token.head.children):
        return True
    if token.dep_ in ("acomp", "attr", "oprd") or (token.pos_ == "ADP" and token.dep_ == "prep"):
        if any(c.lower_ == "no" and c.dep_ == "det" for c in token.children):
            return True
        return token.head.pos_ in ("AUX", "VERB") and is_negated(token.head)
    return any(c.lower_ == "no" and c.dep_ == "det" for c in token.children)


def modal(verb: Token) -> str:
    """The modal verb of the clause ("might", "should"), or ""."""
    for c in verb.children:
        if c.dep_ == "aux" and c.tag_ == "MD":
            return str(c.lower_)
    if verb.dep_ in ("acomp", "attr", "prep", "oprd") and verb.head.pos_ in ("AUX", "VERB"):
        return modal(verb.head)
    if verb.dep_ == "conj" and verb.tag_ == "VB":  # "may approve or reject"
        return modal(verb.head)
    return ""


def clause_verb(token: Token) -> Token:
    """The verb (or root) of the clause that the token stands in."""
    while token.pos_ not in ("VERB", "AUX") and token.head != token:
        token = token.head
    return token


def marker(verb: Token) -> str:
    """The word that opens the clause ("if", "that", "whether", "because"), or ""."""
    for c in verb.children:
        if c.dep_ == "mark" or (c.dep_ == "advmod" and c.lower_ in ("when", "whether", "why", "how")):
            return str(c.lower_)
    return ""


def path_up(token: Token) -> Iterator[Token]:
    """The token, its head, and so on up to the root of the sentence."""
    yield token
    while token.head != token:
        token = token.head
        yield token
