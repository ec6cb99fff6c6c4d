"""Who holds what a cue says: the subject, the owner of a noun, or what the noun itself names."""

from __future__ import annotations

from functools import lru_cache

from spacy.tokens import Token

from kb import lexicon
from kb.lexicon import Cue
from kb.stance.composition import own
from kb.stance.readings import LIGHT_VERBS
from kb.syntax import child, doer

_RECEIVES = frozenset({"face", "win", "draw", "gain", "attract", "meet", "receive"})


@lru_cache(maxsize=1)
def object_control() -> frozenset[str]:
    """Lemmas whose object does the infinitive: "urge them to sign"."""
    cues = lexicon.load().cues
    known = {lemma for (lemma, _), found in cues.items() if any("objinf" in c.frames for c in found)}
    return frozenset(known | {"force", "allow", "help", "compel", "enable", "order", "tell", "persuade", "get", "lead"})


def holder_of(token: Token, cue: Cue | None = None) -> Token | None:
    """The token that names who holds what the cue says."""
    if cue is not None and "who" in cue.frames:
        return _bearer(token)
    if (
        cue is not None and cue.pos == "a" and token.pos_ == "VERB"
    ):  # "was disappointed by": who feels it is the subject
        if token.dep_ in ("acl", "amod"):
            return token.head
        return own(token) or (own(token.head) if token.dep_ in ("conj", "advcl") else None)
    if token.pos_ == "NOUN" or token.pos_ == "PROPN":
        return _noun_holder(token)
    if token.pos_ == "ADJ" and token.dep_ == "amod":
        return None
    if token.pos_ == "ADJ" and token.dep_ in ("advcl", "acl", "conj") and token.head.pos_ in ("NOUN", "PROPN"):
        return token.head
    return doer(token, object_control())


def _noun_holder(noun: Token) -> Token | None:
    owner = child(noun, "poss")
    if owner is not None:
        return owner
    for c in noun.children:
        if c.dep_ == "prep" and c.lower_ in ("from", "by", "among", "of") and c.i > noun.i:
            inner = child(c, "pobj")
            if inner is not None and (
                c.lower_ != "of" or noun.lemma_ in ("aim", "goal", "objective", "desire", "demand")
            ):
                if c.lower_ == "of" and inner.pos_ not in ("PROPN",):
                    continue
                return inner
    head = noun.head
    if noun.dep_ == "dobj" and head.lemma_ in LIGHT_VERBS and head.lemma_ not in _RECEIVES:
        return doer(head, object_control())
    if noun.dep_ in ("pobj", "conj"):  # "is full of praise for", "had nothing but scorn for", "in protest against"
        for node in (head, head.head, head.head.head):
            if node.pos_ in ("VERB", "AUX"):
                return doer(node, object_control())
            if node.pos_ not in ("ADP", "ADJ", "SCONJ", "CCONJ", "PRON") or node.text[0].isupper():
                break
    compound = child(noun, "amod", "compound")
    return compound if compound is not None and compound.text[0].isupper() else None


def _bearer(noun: Token) -> Token | None:
    """Who "a critic of the plan" is: the subject it is said of, the name it stands beside, else itself."""
    if noun.dep_ == "attr" or (noun.dep_ == "pobj" and noun.head.lower_ == "as"):
        return doer(noun.head if noun.dep_ == "attr" else noun.head.head)
    if noun.dep_ == "appos":
        return noun.head
    return (child(noun, "appos") or noun) if noun.dep_ in ("nsubj", "nsubjpass", "pobj", "dobj", "conj") else None
