"""What an aim comes down to: "refuses to endorse the plan" is against the plan, "wants to topple X" against X.

Connotation frames after Rashkin, Singh and Choi (ACL 2016); composition of polarities after Moilanen and Pulman (RANLP
2007).
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kb import lexicon
from kb.lexicon import Cue
from kb.syntax import child, is_negated

#: (target head, sign, weight, whether the entity itself is meant)
Aim = tuple[Token, int, float, bool]

_PARTICLES = ("prt", "advmod")
#: nouns that make an idiom with their verb: "cast doubt on", "throws her weight behind"
_IDIOMS = frozenset(
    {"backing", "blame", "blessing", "support", "doubt", "weight", "aim", "issue", "exception", "water", "regret"}
)
_HINDERS = frozenset({"stop", "prevent", "keep", "bar", "block", "save"})
_SILENCE = frozenset("comment discuss disclose elaborate speculate name speak answer take identify give talk".split())


def keys(token: Token) -> Iterator[str]:
    """ "rule_out" before "rule", "cast_doubt" before "cast"."""
    lemma = token.lemma_.lower()
    bare = True
    for c in token.children:
        if c.dep_ in _PARTICLES and c.i > token.i and len(c) < 8:
            yield f"{lemma}_{c.lower_}"
            bare = bare and not (c.dep_ == "prt" and c.i == token.i + 1)  # "fought back tears" is no fight
        elif (
            c.dep_ in ("oprd", "acomp", "advmod", "ccomp")
            and c.lemma_ in ("responsible", "accountable", "short", "foul")
        ) or (c.dep_ == "dobj" and c.lemma_ in _IDIOMS):
            yield f"{lemma}_{c.lemma_}"
        elif c.dep_ == "prep" and c.lower_ in ("through", "out", "down", "away"):
            yield f"{lemma}_{c.lower_}"
    if bare:
        yield lemma


def compose(target: Token, cue: Cue) -> Iterator[Aim]:
    """The target itself, or what an aim at it comes down to."""
    words = lexicon.load()
    if target.pos_ in ("VERB", "AUX"):
        if target.lemma_ in ("name", "identify", "quote") or (cue.sign < 0 and _is_speech(target)):
            return  # "declined to say", "refused to comment"
        thing = child(target, "dobj")
        if target.lemma_ in _HINDERS and thing is not None:
            hindered = next((c for c in target.children if c.dep_ == "prep" and c.lower_ == "from"), None)
            deed = child(hindered, "pcomp") if hindered is not None else None
            if deed is not None and (deed.tag_ == "VBG" or child(deed, "auxpass") is not None):
                yield deed, -cue.sign, cue.weight * 0.9, False  # "sued to stop the order from being lifted"
                return
        negated = is_negated(target)
        for inner in (c for key in keys(target) for c in words.cues.get((key, "v"), ()) if c.sign):
            inside = thing if "obj" in inner.frames and thing is not None and thing.tag_ != "PRP$" else None
            if inside is None:
                inside = next((n for p, n in prepositional(target) if p in inner.prepositions("prep")), None)
            if inside is None or inside.pos_ in ("VERB", "AUX") or negated:
                continue
            if not (cue.sign < 0 and inner.sign < 0):  # "refused to condemn" is no support
                yield inside, cue.sign * inner.sign, cue.weight * max(inner.weight, 0.85), False
            return
        sign = -cue.sign if negated else cue.sign
        effect = next((words.effects[key] for key in keys(target) if key in words.effects), 0)
        if effect and thing is not None and thing.pos_ == "NOUN" and not thing.ent_type_:
            yield thing, sign * effect, cue.weight * 0.85, False
            return
        yield target, sign, cue.weight * 0.93, False
        if sign > 0:  # who is against an attack on X is not thereby for X
            yield from _effect(target, thing, sign, cue.weight * 0.8)
        return
    yield target, cue.sign, cue.weight, False
    done = words.effect_nouns.get(target.lemma_.lower())
    if done and cue.sign > 0:
        whom = child(target, "poss")
        for c in target.children:
            if c.dep_ == "prep" and c.lower_ in ("of", "on", "against") and whom is None:
                whom = child(c, "pobj")
        if whom is not None:
            yield whom, cue.sign * done, cue.weight * 0.75, True


def _effect(verb: Token, thing: Token | None, sign: int, weight: float) -> Iterator[Aim]:
    words = lexicon.load()
    effect = next((words.effects[key] for key in keys(verb) if key in words.effects), 0)
    if effect and thing is not None:
        yield thing, sign * effect, weight, True
        return
    if thing is not None and (noun := words.effect_nouns.get(thing.lemma_.lower())):
        for c in thing.children:
            if c.dep_ == "prep" and c.lower_ in ("on", "against", "of") and (whom := child(c, "pobj")) is not None:
                yield whom, sign * noun, weight, True


def prepositional(token: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, its object or gerund) for the prepositions that hang on the cue, or on its particle or object."""
    if token.pos_ == "NOUN" and token.dep_ == "pobj" and token.head.head.pos_ in ("VERB", "AUX"):
        for c in token.head.head.children:  # "stood in solidarity with them"
            if c.dep_ == "prep" and c.i > token.i and (thing := child(c, "pobj", "pcomp")) is not None:
                yield c.lower_, thing
    hosts = [token, *(c for c in token.children if c.dep_ in ("prt", "advmod", "dobj", "acomp", "prep"))]
    for host in hosts:
        for c in host.children:
            if c.dep_ not in ("prep", "agent", "dative") and not (c.dep_ == "advmod" and c.pos_ == "ADP"):
                continue
            if host.dep_ == "dobj" and host != token and host.lemma_ not in _IDIOMS and host.tag_ != "PRP":
                continue
            inner = child(c, "pobj", "pcomp")
            if inner is None or (c.i < token.i and inner.tag_ not in ("WP", "WDT")):
                continue  # "In Ohio she trusts nobody" is no trust in Ohio
            if c.lower_ == "in" and inner.lower_ in ("favour", "favor", "support"):
                of = child(inner, "prep")
                deep = child(of, "pobj", "pcomp") if of is not None else None
                if deep is not None:
                    yield "in_favour_of", deep
            yield c.lower_, inner


def judge_words(head: Token, skip: Token | None = None) -> int:
    """Which way the evaluative words below `head` point (+1, -1, or 0 where none or both)."""
    words = lexicon.load()
    total = 0
    left_out = {t.i for t in skip.subtree} if skip is not None else set()
    for t in head.subtree:
        if t.i in left_out:
            continue
        pos = "a" if t.pos_ in ("ADJ", "ADV") or t.tag_ == "VBG" or t.tag_ == "VBN" else "n"
        found = words.evaluations.get((t.lemma_.lower(), pos)) or words.evaluations.get((t.lower_, "a"))
        if found is not None:
            sign = (
                -found.sign
                if any(c.dep_ == "neg" or c.lower_ in ("not", "no", "less") for c in t.children)
                else found.sign
            )
            total += sign * found.strength
    return (total > 0) - (total < 0)


def own(verb: Token) -> Token | None:
    """The verb's own subject."""
    return child(verb, "nsubj", "nsubjpass")


def has_to(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def _is_speech(verb: Token) -> bool:
    words = lexicon.load()
    return verb.lemma_ in _SILENCE or (verb.lemma_ in words.speech and (verb.lemma_, "v") not in words.cues)
