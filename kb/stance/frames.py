"""Stance cues in a parse -> who is for or against what, before anybody is resolved.

A cue of `kb/lexicons/stance.tsv` has frames that say where its target stands; `kb.stance.composition` works out what an
aim comes down to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Token

from kb import lexicon
from kb.lexicon import Cue
from kb.model import StanceKind
from kb.stance.composition import Aim, compose, has_to, judge_words, keys, own, prepositional
from kb.stance.holders import holder_of
from kb.stance.readings import Reading, is_asserted, is_denied, weigh
from kb.syntax import child, doer, is_negated, is_passive, marker

_POS = {"VERB": "v", "AUX": "v", "ADJ": "a", "NOUN": "n", "PROPN": "n"}
#: governors under which an infinitive says nothing of what its doer stands for
_NAMES_NOTHING = frozenset({"opposed", "object", "supportive", "sceptical", "skeptical"})
_GIVES_UP = frozenset("drop lift withdraw abandon end overcome shed reverse retract waive relinquish".split())
_NOT_MEANT = frozenset(["fail", "forget", "neglect", "need"])


def find_readings(token: Token) -> Iterator[Reading]:
    """Every reading of the cue at `token`; nothing where the word is no cue or its clause is not asserted."""
    words = lexicon.load()
    if token.pos_ == "ADP":
        yield from _preposition(token)
        return
    pos = _POS.get(token.pos_)
    if token.tag_ == "VBN" and pos == "v" and (token.lemma_, "a") not in words.cues and token.dep_ in ("acomp",):
        pos = "a"
    if pos is None:
        return
    for key in keys(token):
        cues = words.cues.get((key, pos)) or (
            words.cues.get((token.lower_, "a")) if token.tag_ in ("VBN", "VBD", "JJ") and pos in ("v", "a") else None
        )
        if cues:
            yield from _read(token, cues)
            return


def _read(token: Token, cues: tuple[Cue, ...]) -> Iterator[Reading]:
    if not is_asserted(token):
        return
    if any(c.lower_ == "neither" for c in token.children) and child(token, "conj") is not None:
        return  # "would neither endorse the plan nor dismiss it"
    negated = is_denied(token)
    if token.pos_ == "NOUN" and token.dep_ == "dobj" and token.head.lemma_ in _GIVES_UP:
        return  # "dropped its veto", "lifted their objection"
    for cue in cues:
        holder = holder_of(token, cue)
        if cue.lemma in _NAMES_NOTHING and token.dep_ in ("acomp", "ROOT", "attr", "conj", "ccomp"):
            yield from _towards_what_was_said(token, cue, holder, negated)
        if cue.pos == "v" and (_is_aimed_at(token) or _is_wanted(token)):
            continue
        for target, sign, weight, as_entity in _targets(token, cue):
            if negated:
                if sign * 1 < 0 and cue.kind is not StanceKind.BELIEF:
                    continue  # "did not object" is no support
                sign, weight = -sign, weight * 0.85
            yield weigh(token, holder, target, sign, cue.kind, weight, negated, as_entity)


def _towards_what_was_said(token: Token, cue: Cue, holder: Token | None, negated: bool) -> Iterator[Reading]:
    """ "Cabin crew are opposed": to what the article was speaking of."""
    if (
        not any(c.dep_ in ("prep", "xcomp", "agent", "dobj") for c in token.children)
        and holder is not None
        and not negated
    ):
        reading = weigh(token, holder, token, cue.sign, cue.kind, cue.weight * 0.85, negated, False)
        yield replace(reading, pointer=True)


def _is_wanted(token: Token) -> bool:
    """Whether the clause is what somebody asks for: "demands that they scrap it" does not say that they do."""
    if token.dep_ != "ccomp" or token.head.pos_ != "VERB":
        return False
    cues = lexicon.load().cues.get((token.head.lemma_.lower(), "v"), ())
    return any("that" in c.frames and c.sign > 0 and c.kind is StanceKind.POSITION for c in cues)


def _is_aimed_at(token: Token) -> bool:
    """Whether the verb is what another cue aims at: "refused to endorse" is read from "refused"."""
    if not (has_to(token) or (token.tag_ == "VBG" and token.dep_ == "xcomp")):
        if token.dep_ != "conj" or token.tag_ != "VB" or token.head.pos_ != "VERB":
            return False
        return _is_aimed_at(token.head)
    head = token.head
    if token.dep_ == "conj" and head.pos_ == "VERB":
        return _is_aimed_at(head)
    if token.dep_ not in ("xcomp", "ccomp", "advcl", "acl", "relcl") or head.pos_ not in _POS:
        return False
    cues = [c for key in keys(head) for p in ("v", "a", "n") for c in lexicon.load().cues.get((key, p), ())]
    return head.lemma_ in _NOT_MEANT or any(f.startswith(("inf", "objinf", "prepinf")) for c in cues for f in c.frames)


def _targets(token: Token, cue: Cue) -> Iterator[Aim]:
    """(target head, sign, weight, whether the entity itself is meant) for every frame that the parse fills."""
    frames = cue.frames
    if "as" in frames:
        yield from _appraisals(token, cue)
    if "obj" in frames:
        yield from _objects(token, cue)
    for preposition, noun in prepositional(token):
        if preposition in cue.prepositions("prep"):
            if cue.pos == "n" and cue.kind is StanceKind.INTENTION and noun.pos_ not in ("VERB", "AUX"):
                continue  # "the aim of Turkey" names whose aim it is
            yield from compose(noun, cue)
        if preposition in cue.prepositions("prepinf"):
            verb = child(token, "xcomp", "advcl") or child(noun, "relcl", "acl", "advcl")
            if verb is not None:
                yield from compose(verb, cue)
    if "for" in cue.prepositions("prep"):  # "called for the deadline to be extended"
        for c in token.children:
            if c.dep_ in ("advcl", "ccomp", "xcomp") and marker(c) == "for":
                yield from compose(c, cue)
    if "inf" in frames:
        verb = child(token, "xcomp") or (child(token, "acl", "ccomp", "advcl") if token.pos_ != "VERB" else None)
        if verb is None and token.pos_ == "VERB":
            verb = next(
                (c for c in token.children if c.dep_ in ("ccomp", "advcl") and c.tag_ == "VB" and has_to(c)), None
            )
            if verb is not None and verb.dep_ == "advcl" and child(token, "dobj") is not None:
                verb = None
        if verb is not None and (verb.tag_ == "VBG" or has_to(verb)) and child(token, "dobj") is None:
            yield from compose(verb, cue)
    if "objinf" in frames:
        verb = child(token, "xcomp") or child(token, "ccomp", "advcl")
        if verb is not None and any(c.tag_ in ("WRB", "WP", "WDT") for c in verb.children):
            verb = None  # "asked how anyone could expect them to promise": a question
        done = verb is not None and verb.tag_ == "VBN" and own(verb) is not None  # "wants the deadline pushed back"
        if verb is not None and verb.dep_ == "advcl" and child(token, "dobj") is not None:
            gap = verb.left_edge.i - child(token, "dobj").right_edge.i  # type: ignore[union-attr]
            verb = verb if gap == 1 else None  # "want cooperation, not just to fight": no object of "want"
        if verb is not None and (
            done or (has_to(verb) and (child(token, "dobj") is not None or own(verb) is not None))
        ):
            yield from compose(verb, cue)
    if "that" in frames:
        verb = child(token, "ccomp", "acl")
        asked = verb is not None and marker(verb) in ("whether", "if", "how", "why", "when")
        if verb is not None and not asked and not has_to(verb) and verb.tag_ != "VBG" and verb.i > token.i:
            if cue.sign > 0 and cue.kind is StanceKind.POSITION:
                yield from compose(verb, cue)  # "demand that they scrap the tax"
            else:
                yield verb, cue.sign, cue.weight * 0.9, False


def _objects(token: Token, cue: Cue) -> Iterator[Aim]:
    target = _sufferer(token) if is_passive(token) else _object(token, cue)
    if target is None or (child(token, "xcomp") is not None and "objinf" in cue.frames):
        return
    if target.pos_ == "NUM" or target.ent_type_ in ("DATE", "MONEY", "PERCENT", "TIME"):
        return
    yield from compose(target, cue)


def _sufferer(token: Token) -> Token | None:
    """The target of a passive: "the plan was rejected", "a plan rejected by X", "a plan that was rejected"."""
    if token.dep_ in ("acl", "amod"):
        return token.head
    subject = own(token)
    if subject is None and token.dep_ == "conj":
        subject = own(token.head)
    return token.head if subject is None and token.dep_ == "relcl" else subject


def _object(token: Token, cue: Cue) -> Token | None:
    """The target of an active verb: its object, what a relative clause hangs on, a gerund, a small clause's subject."""
    target = child(token, "dative") if cue.lemma.startswith("give_") else child(token, "dobj")
    if target is None and token.dep_ == "relcl":
        subject = own(token)
        target = token.head if subject is not None and subject.tag_ not in ("WP", "WDT") else None
    for c in token.children:
        if target is not None:
            break
        if c.tag_ == "VBG" and (c.dep_ == "xcomp" or token.i < c.i <= token.i + 2):
            target = c  # "ruled out sending troops"
        elif c.dep_ == "ccomp" and c.pos_ == "ADJ" and cue.lemma.endswith(c.lemma_):
            target = own(c)  # "holds the president responsible"
        elif c.dep_ == "prep" and f"{token.lemma_}_{c.lower_}" == cue.lemma:
            target = child(c, "pobj")  # "pushed through a plan"
    return target


def _appraisals(token: Token, cue: Cue) -> Iterator[Aim]:
    """ "described it as a disgrace", "called it reckless", "was branded a coward"."""
    parts = [c for c in token.children if c.dep_ == "prep" and c.lower_ == "as"]
    parts += [c for c in token.children if c.dep_ in ("oprd", "ccomp", "acomp", "xcomp", "attr") and c.i > token.i]
    objects = [c for c in token.children if c.dep_ == "dobj"]
    parts += objects[1:]  # "which the president called a threat": the parser gives it two objects
    for part in parts:
        target = own(token) if is_passive(token) else child(token, "dobj")
        if part.pos_ in ("VERB", "AUX"):
            continue
        if part.dep_ != "prep" and part.dep_ != "attr" and (small := own(part)) is not None:
            if part.pos_ not in ("ADJ", "NOUN", "PROPN") or any(c.dep_ in ("aux", "cop") for c in part.children):
                continue
            target = small
        if target is None and token.dep_ == "relcl":
            target = token.head
        if target == part:
            continue
        if target is None or target.i > part.right_edge.i:
            continue
        sign = cue.sign or judge_words(part, skip=target)
        if sign:
            yield target, sign, cue.weight, False


def _preposition(token: Token) -> Iterator[Reading]:
    """ "is against the plan", "are in favour of it", "with the unions against the bill"."""
    words = lexicon.load()
    key, target = token.lower_, child(token, "pobj", "pcomp")
    if target is not None and key == "in" and target.lower_ in ("favour", "favor", "support", "opposition"):
        of = next((c for c in target.children if c.dep_ == "prep" and c.lower_ in ("of", "to")), None)
        if of is None:
            if (
                target.lower_ in ("favour", "favor")
                and token.head.lemma_ in ("be", "vote", "come")
                and is_asserted(token)
            ):
                sign = -1 if is_negated(token.head) else 1
                yield Reading(token, doer(token.head), token, sign, StanceKind.POSITION, 0.75, pointer=True)
            return
        key = {"favor": "in_favour_of", "favour": "in_favour_of"}.get(target.lower_, f"in_{target.lower_}_{of.lower_}")
        target = child(of, "pobj", "pcomp")
    cues = words.cues.get((key, "p"))
    if (
        cues is None
        or target is None
        or token.head.lemma_ not in ("be", "come", "speak", "remain", "stand", "vote", "argue", "set")
    ):
        return
    if (token.head.lemma_, "v") in words.cues and token.head.lemma_ in ("vote", "argue", "speak", "come", "stand"):
        return
    if not is_asserted(token):
        return
    holder = doer(token.head) or own(token.head)
    if holder is None and token.head.dep_ == "conj":  # "wants a return but is dead set against force"
        holder = own(token.head.head)
    negated = is_negated(token) or is_negated(token.head)
    for cue in cues:
        if negated and cue.sign < 0:
            continue
        yield weigh(token, holder, target, -cue.sign if negated else cue.sign, cue.kind, cue.weight, negated, False)
