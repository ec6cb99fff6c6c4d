"""Stance cues in a parse -> who is for or against what, before anybody is resolved.

A cue of `kb/lexicons/stance.tsv` has frames that say where its target stands; aims compose with what they aim at:
"refuses to endorse the plan" is against the plan, "wants to topple X" is against X (connotation frames after Rashkin,
Singh and Choi, ACL 2016; composition after Moilanen and Pulman, RANLP 2007).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kb import lexicon
from kb.lexicon import Cue
from kb.model import Certainty, StanceKind
from kb.syntax import child, doer, is_negated, is_passive, marker, modal, path_up

_PARTICLES = ("prt", "advmod")
_POS = {"VERB": "v", "AUX": "v", "ADJ": "a", "NOUN": "n", "PROPN": "n"}
#: nouns that make an idiom with their verb: "cast doubt on", "throws her weight behind"
_IDIOMS = frozenset({"blame", "doubt", "weight", "aim", "issue", "exception", "water", "regret"})
#: verbs that carry a stance noun for their subject: "voiced concern", "has no appetite"
_LIGHT = frozenset(
    """
    have express voice show declare give offer make raise reiterate repeat state announce face reaffirm feel
    harbour harbor share convey signal register pledge lodge lend win draw
""".split()
)
_RECEIVES = frozenset({"face", "win", "draw", "gain", "attract", "meet", "receive"})
_UNCERTAIN = frozenset({"may", "might", "could", "can"})
_SILENCE = frozenset("comment discuss disclose elaborate speculate name speak answer take identify give talk".split())
_UNREAL = frozenset({"if", "unless", "whether", "lest"})
#: governors under which an infinitive says nothing of what its doer stands for
_NOT_MEANT = frozenset(["fail", "forget", "neglect", "need"])


@dataclass(frozen=True, slots=True)
class Reading:
    """One possible stance: tokens of holder and target, sign, and what the wording adds.

    `as_entity` readings are about the entity at `target` itself, which an aim helps or harms.
    """

    cue: Token
    holder: Token | None
    target: Token
    sign: int
    kind: StanceKind
    weight: float
    negated: bool = False
    conditional: bool = False
    certainty: Certainty = Certainty.CERTAIN
    as_entity: bool = False
    pointer: bool = False  # the target is what was said before ("is in favour")
    judged: bool = False  # a judgement: whoever says the clause holds it


@lru_cache(maxsize=1)
def object_control() -> frozenset[str]:
    """Lemmas whose object does the infinitive: "urge them to sign"."""
    cues = lexicon.load().cues
    known = {lemma for (lemma, _), found in cues.items() if any("objinf" in c.frames for c in found)}
    return frozenset(known | {"force", "allow", "help", "compel", "enable", "order", "tell", "persuade", "get", "lead"})


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
    for key in _keys(token):
        cues = words.cues.get((key, pos)) or (
            words.cues.get((token.lower_, "a")) if token.tag_ in ("VBN", "VBD", "JJ") and pos in ("v", "a") else None
        )
        if cues:
            yield from _read(token, cues)
            return


def _keys(token: Token) -> Iterator[str]:
    """ "rule_out" before "rule", "cast_doubt" before "cast"."""
    lemma = token.lemma_.lower()
    for c in token.children:
        if c.dep_ in _PARTICLES and c.i > token.i and len(c) < 8:
            yield f"{lemma}_{c.lower_}"
        elif (
            c.dep_ in ("oprd", "acomp", "advmod") and c.lemma_ in ("responsible", "accountable", "short", "foul")
        ) or (c.dep_ == "dobj" and c.lemma_ in _IDIOMS):
            yield f"{lemma}_{c.lemma_}"
        elif c.dep_ == "prep" and c.lower_ in ("through", "out", "down", "away"):
            yield f"{lemma}_{c.lower_}"
    yield lemma


def _read(token: Token, cues: tuple[Cue, ...]) -> Iterator[Reading]:
    if not is_asserted(token):
        return
    negated = _denied(token)
    for cue in cues:
        holder = holder_of(token, cue)
        if cue.pos == "v" and _is_aimed_at(token):
            continue
        for target, sign, weight, as_entity in _targets(token, cue):
            if negated:
                if sign * 1 < 0 and cue.kind is not StanceKind.BELIEF:
                    continue  # "did not object" is no support
                sign, weight = -sign, weight * 0.85
            yield _reading(token, holder, target, sign, cue.kind, weight, negated, as_entity)


def _reading(
    token: Token,
    holder: Token | None,
    target: Token,
    sign: int,
    kind: StanceKind,
    weight: float,
    negated: bool,
    entity: bool,
) -> Reading:
    verb = modal(token)
    certainty = Certainty.POSSIBLE if verb in _UNCERTAIN else Certainty.CERTAIN
    weight *= 0.5 if verb in _UNCERTAIN else 1.0
    conditional = _is_conditional(token)
    return Reading(
        token, holder, target, sign, kind, weight * (0.9 if conditional else 1), negated, conditional, certainty, entity
    )


def is_asserted(token: Token) -> bool:
    """Whether the clause is put forward at all: not a question, not under "if" or "whether"."""
    sentence_end = token.sent[-1]
    if sentence_end.text == "?" or (sentence_end.i > token.sent.start and token.doc[sentence_end.i - 1].text == "?"):
        return False
    for node in path_up(token):
        if node.pos_ in ("VERB", "AUX", "ADJ"):
            if marker(node) in _UNREAL:
                return False
            if node.dep_ == "ROOT" or node.dep_ == "relcl":
                return True
    return True


def _is_conditional(token: Token) -> bool:
    verb = next((t for t in path_up(token) if t.pos_ in ("VERB", "AUX")), token)
    return any(c.dep_ == "advcl" and marker(c) in ("if", "unless") for c in verb.children)


def _denied(token: Token) -> bool:
    """Negation of the cue itself, of the verb it hangs on, or of a light verb that carries it."""
    if is_negated(token):
        return True
    head = token.head
    if token.pos_ == "NOUN" and head.lemma_ in _LIGHT and token.dep_ == "dobj":
        return is_negated(head) or any(c.lower_ in ("no", "little") for c in token.children)
    if token.dep_ == "xcomp" and head.pos_ in ("VERB", "AUX", "ADJ"):
        return is_negated(head) if head.lemma_ in ("be", "seem", "appear", "prove", "remain", "want", "plan") else False
    return False


def _is_aimed_at(token: Token) -> bool:
    """Whether the verb is what another cue aims at: "refused to endorse" is read from "refused"."""
    if not (_has_to(token) or (token.tag_ == "VBG" and token.dep_ == "xcomp")):
        if token.dep_ != "conj" or token.tag_ != "VB" or token.head.pos_ != "VERB":
            return False
        return _is_aimed_at(token.head)
    head = token.head
    if token.dep_ == "conj" and head.pos_ == "VERB":
        return _is_aimed_at(head)
    if token.dep_ not in ("xcomp", "ccomp", "advcl", "acl", "relcl") or head.pos_ not in _POS:
        return False
    cues = [c for key in _keys(head) for p in ("v", "a", "n") for c in lexicon.load().cues.get((key, p), ())]
    return head.lemma_ in _NOT_MEANT or any(f.startswith(("inf", "objinf", "prepinf")) for c in cues for f in c.frames)


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
    if noun.dep_ == "dobj" and head.lemma_ in _LIGHT and head.lemma_ not in _RECEIVES:
        return doer(head, object_control())
    if noun.dep_ in ("pobj", "conj"):  # "is full of praise for", "had nothing but scorn for", "in protest against"
        for node in (head, head.head, head.head.head):
            if node.pos_ in ("VERB", "AUX"):
                return doer(node, object_control())
            if node.pos_ not in ("ADP", "ADJ", "SCONJ", "CCONJ", "PRON", "NOUN") or node.text[0].isupper():
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


def _targets(token: Token, cue: Cue) -> Iterator[tuple[Token, int, float, bool]]:
    """(target head, sign, weight, whether the entity itself is meant) for every frame that the parse fills."""
    frames = cue.frames
    if "as" in frames:
        yield from _appraisals(token, cue)
    if "obj" in frames:
        yield from _objects(token, cue)
    for preposition, noun in _prepositional(token):
        if preposition in cue.prepositions("prep"):
            if cue.pos == "n" and cue.kind is StanceKind.INTENTION and noun.pos_ not in ("VERB", "AUX"):
                continue  # "the aim of Turkey" names whose aim it is
            yield from _compose(noun, cue)
        if preposition in cue.prepositions("prepinf"):
            verb = child(token, "xcomp", "advcl") or child(noun, "relcl", "acl", "advcl")
            if verb is not None:
                yield from _compose(verb, cue)
    if "for" in cue.prepositions("prep"):  # "called for the deadline to be extended"
        for c in token.children:
            if c.dep_ in ("advcl", "ccomp", "xcomp") and marker(c) == "for":
                yield from _compose(c, cue)
    if "inf" in frames:
        verb = child(token, "xcomp") or (child(token, "acl", "ccomp", "advcl") if token.pos_ != "VERB" else None)
        if verb is None and token.pos_ == "VERB":
            verb = next(
                (c for c in token.children if c.dep_ in ("ccomp", "advcl") and c.tag_ == "VB" and _has_to(c)), None
            )
            if verb is not None and verb.dep_ == "advcl" and child(token, "dobj") is not None:
                verb = None
        if verb is not None and (verb.tag_ == "VBG" or _has_to(verb)) and child(token, "dobj") is None:
            yield from _compose(verb, cue)
    if "objinf" in frames:
        verb = child(token, "xcomp") or child(token, "ccomp", "advcl")
        done = verb is not None and verb.tag_ == "VBN" and own(verb) is not None  # "wants the deadline pushed back"
        if verb is not None and (
            done or (_has_to(verb) and (child(token, "dobj") is not None or own(verb) is not None))
        ):
            yield from _compose(verb, cue)
    if "that" in frames:
        verb = child(token, "ccomp", "acl")
        if verb is not None and not _has_to(verb) and verb.tag_ not in ("VBG",) and verb.i > token.i:
            if cue.sign > 0 and cue.kind is StanceKind.POSITION:
                yield from _compose(verb, cue)  # "demand that they scrap the tax"
            else:
                yield verb, cue.sign, cue.weight * 0.9, False


def _is_speech(verb: Token) -> bool:
    words = lexicon.load()
    return verb.lemma_ in _SILENCE or (verb.lemma_ in words.speech and (verb.lemma_, "v") not in words.cues)


def own(verb: Token) -> Token | None:
    """The verb's own subject."""
    return child(verb, "nsubj", "nsubjpass")


def _has_to(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def _objects(token: Token, cue: Cue) -> Iterator[tuple[Token, int, float, bool]]:
    if is_passive(token):
        if token.dep_ in ("acl", "amod"):
            target: Token | None = token.head
        else:
            target = own(token)
            if target is None and token.dep_ == "conj":
                target = own(token.head)
            if target is None and token.dep_ == "relcl":
                target = token.head
    else:
        target = child(token, "dobj", "ccomp_obj")
        if target is None and token.dep_ == "relcl":
            subject = own(token)
            target = token.head if subject is not None and subject.tag_ not in ("WP", "WDT") else None
        if target is None:
            target = next(
                (
                    c
                    for c in token.children
                    if c.tag_ == "VBG" and (c.dep_ == "xcomp" or (c.i <= token.i + 2 and c.i > token.i))
                ),
                None,
            )
        if target is None and child(token, "prt") is None:
            through = next(
                (c for c in token.children if c.dep_ == "prep" and f"{token.lemma_}_{c.lower_}" == cue.lemma), None
            )
            target = child(through, "pobj") if through is not None else None
    if target is None or (child(token, "xcomp") is not None and "objinf" in cue.frames):
        return
    if target.pos_ == "NUM" or (target.ent_type_ in ("DATE", "MONEY", "PERCENT", "TIME")):
        return
    yield from _compose(target, cue)


def _prepositional(token: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, its object or gerund) for the prepositions that hang on the cue, or on its particle or object."""
    hosts = [token, *(c for c in token.children if c.dep_ in ("prt", "advmod", "dobj", "acomp", "prep"))]
    for host in hosts:
        for c in host.children:
            if c.dep_ not in ("prep", "agent", "dative") and not (c.dep_ == "advmod" and c.pos_ == "ADP"):
                continue
            if host.dep_ == "dobj" and host != token and host.lemma_ not in _IDIOMS and host.tag_ != "PRP":
                continue
            inner = child(c, "pobj", "pcomp")
            if inner is None:
                continue
            if c.lower_ == "in" and inner.lower_ in ("favour", "favor", "support"):
                of = child(inner, "prep")
                deep = child(of, "pobj", "pcomp") if of is not None else None
                if deep is not None:
                    yield "in_favour_of", deep
            yield c.lower_, inner


def _compose(target: Token, cue: Cue) -> Iterator[tuple[Token, int, float, bool]]:
    """The target itself, or what an aim at it comes down to."""
    words = lexicon.load()
    if target.pos_ in ("VERB", "AUX"):
        if cue.sign < 0 and _is_speech(target):
            return  # "declined to say", "refused to comment"
        thing = child(target, "dobj")
        negated = is_negated(target)
        for inner in (c for key in _keys(target) for c in words.cues.get((key, "v"), ()) if c.sign):
            inside = thing if "obj" in inner.frames and thing is not None and thing.tag_ != "PRP$" else None
            if inside is None:
                inside = next((n for p, n in _prepositional(target) if p in inner.prepositions("prep")), None)
            if inside is None or inside.pos_ in ("VERB", "AUX") or negated:
                continue
            if not (cue.sign < 0 and inner.sign < 0):  # "refused to condemn" is no support
                yield inside, cue.sign * inner.sign, cue.weight * max(inner.weight, 0.85), False
            return
        sign = -cue.sign if negated else cue.sign
        effect = next((words.effects[key] for key in _keys(target) if key in words.effects), 0)
        if effect and thing is not None and thing.pos_ == "NOUN" and not thing.ent_type_:
            yield thing, sign * effect, cue.weight * 0.85, False
            return
        yield target, sign, cue.weight * 0.93, False
        yield from _effect(target, thing, sign, cue.weight * 0.8)
        return
    yield target, cue.sign, cue.weight, False
    done = words.effect_nouns.get(target.lemma_.lower())
    if done:
        whom = child(target, "poss")
        for c in target.children:
            if c.dep_ == "prep" and c.lower_ in ("of", "on", "against") and whom is None:
                whom = child(c, "pobj")
        if whom is not None:
            yield whom, cue.sign * done, cue.weight * 0.75, True


def _effect(verb: Token, thing: Token | None, sign: int, weight: float) -> Iterator[tuple[Token, int, float, bool]]:
    words = lexicon.load()
    effect = next((words.effects[key] for key in _keys(verb) if key in words.effects), 0)
    if effect and thing is not None:
        yield thing, sign * effect, weight, True
        return
    if thing is not None and (noun := words.effect_nouns.get(thing.lemma_.lower())):
        for c in thing.children:
            if c.dep_ == "prep" and c.lower_ in ("on", "against", "of") and (whom := child(c, "pobj")) is not None:
                yield whom, sign * noun, weight, True


def _appraisals(token: Token, cue: Cue) -> Iterator[tuple[Token, int, float, bool]]:
    """ "described it as a disgrace", "called it reckless", "was branded a coward"."""
    parts = [c for c in token.children if c.dep_ == "prep" and c.lower_ == "as"]
    parts += [c for c in token.children if c.dep_ in ("oprd", "ccomp", "acomp", "xcomp", "attr") and c.i > token.i]
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
        if target is None or target.i > part.right_edge.i:
            continue
        sign = cue.sign or judge_words(part, skip=target)
        if sign:
            yield target, sign, cue.weight, False


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
    negated = is_negated(token) or is_negated(token.head)
    for cue in cues:
        if negated and cue.sign < 0:
            continue
        yield _reading(token, holder, target, -cue.sign if negated else cue.sign, cue.kind, cue.weight, negated, False)
