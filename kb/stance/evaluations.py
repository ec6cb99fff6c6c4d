"""Judgements in somebody's mouth.

"The plan is a disgrace", "Russia reneges on its pledges", "the tax would hurt farmers", "the court should act": the
voice holds it. Without a voice it is the author, and only for strong words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Token

from kb import lexicon
from kb.model import Certainty, StanceKind
from kb.stance.composition import compose, judge_words, keys
from kb.stance.readings import Reading, is_asserted
from kb.syntax import child, is_negated, is_passive, modal, own_subject

_DEONTIC = frozenset({"should", "must", "ought", "shall"})
_POSITION = lexicon.Cue("should", "v", frozenset({"inf"}), 1, StanceKind.POSITION, 0.8)


def find_evaluations(token: Token, voiced: bool) -> Iterator[Reading]:
    """Judgements made by the predicate at `token`; `holder` is None: the voice holds them.

    Args:
        token: any token; only verbs and copulas are predicates.
        voiced: somebody other than the reporting author says it; weaker words count then.
    """
    if token.pos_ not in ("VERB", "AUX") or not is_asserted(token):
        return
    if token.lemma_ == "be" or token.lemma_ in ("remain", "become", "seem", "amount"):
        yield from _copula(token, voiced)
        return
    yield from _conduct(token, voiced)
    if voiced:
        yield from _duty(token)
        yield from _consequence(token)


def _copula(verb: Token, voiced: bool) -> Iterator[Reading]:
    subject = own_subject(verb) or child(verb, "csubj")
    complement = child(verb, "acomp", "attr", "oprd")
    if complement is None and voiced and (to := child(verb, "prep")) is not None and verb.lemma_ == "amount":
        complement = child(to, "pobj")
    if subject is None or complement is None:
        return
    if subject.tag_ == "DT" or subject.lower_ in ("those", "these", "there"):
        return
    said_of: Token = subject
    if subject.lower_ in ("it", "what", "there", "that"):
        clause = child(verb, "ccomp", "xcomp") or child(complement, "ccomp", "xcomp")
        if clause is not None and (subject.lower_ != "it" or not voiced or clause.i < complement.i):
            return
        if clause is not None:
            said_of = clause  # "it was a mistake to sign the accord"
    words = lexicon.load().evaluations
    head = words.get((complement.lemma_.lower(), "a" if complement.pos_ == "ADJ" else "n")) or words.get(
        (complement.lower_, "a")
    )
    near = [words.get((c.lower_, "a")) for c in complement.children if c.dep_ == "amod"]
    found = [e for e in (head, *near) if e is not None]
    if not found:
        return
    strength = max(e.strength for e in found)
    if strength < (2 if voiced else 3):
        return
    sign = judge_words(complement) or found[0].sign
    negated = is_negated(verb)
    if negated:
        if not voiced:
            return
        sign = -sign
    weight = (0.6 + 0.08 * strength) if voiced else 0.68
    judgement = _judgement(verb, said_of, sign, weight * (0.9 if negated else 1), negated)
    judge = _judge(verb, subject)
    yield replace(judgement, holder=judge, judged=False) if judge is not None else judgement


def _judge(verb: Token, subject: Token) -> Token | None:
    """ "For the union, the offer is an insult": who judges, where the clause says so."""
    for c in verb.children:
        if c.dep_ == "prep" and c.lower_ in ("for", "to") and c.i < subject.i:
            return child(c, "pobj")
    return None


def _conduct(verb: Token, voiced: bool) -> Iterator[Reading]:
    """The subject of a verb that is bad or good whoever does it."""
    found = lexicon.load().evaluations.get((verb.lemma_.lower(), "v"))
    if found is None or found.strength < (2 if voiced else 3) or is_passive(verb) or is_negated(verb):
        return
    subject = own_subject(verb)
    if subject is None or subject.dep_ != "nsubj" or subject.tag_ == "DT":
        return
    yield _judgement(verb, subject, found.sign, 0.72 if voiced else 0.64)


def _duty(verb: Token) -> Iterator[Reading]:
    """ "should", "must", "needs to": the voice wants it."""
    must = modal(verb) in _DEONTIC
    if must and any(
        c.tag_ == "MD" and c.i < min(verb.i, getattr(own_subject(verb), "i", verb.i)) for c in verb.children
    ):
        return  # "Should it fail, ..." is a condition
    if verb.lemma_ in ("ask", "be", "say") or verb.dep_ not in ("ROOT", "ccomp", "conj", "advcl", "parataxis"):
        return
    if (
        verb.lemma_ in ("need", "have", "ought")
        and verb.tag_ in ("VBZ", "VBP", "MD")
        and child(verb, "xcomp") is not None
    ):
        inner = child(verb, "xcomp")
        if inner is not None and any(c.lower_ == "to" for c in inner.children):
            verb, must = inner, True
    if not must:
        return
    for target, sign, weight, as_entity in compose(verb, _POSITION):
        yield Reading(verb, None, target, sign, StanceKind.POSITION, weight * 0.92, as_entity=as_entity, judged=True)


def _consequence(verb: Token) -> Iterator[Reading]:
    """ "would hurt farmers", "will protect jobs": what the subject is said to do to something of value."""
    words = lexicon.load()
    effect = next((words.effects[key] for key in keys(verb) if key in words.effects), 0)
    subject, thing = own_subject(verb), child(verb, "dobj")
    if not effect or subject is None or thing is None or is_passive(verb) or modal(verb) not in ("would", "will", ""):
        return
    if modal(verb) == "" and verb.tag_ not in ("VBZ", "VBP"):
        return
    if thing.pos_ == "PROPN" or thing.ent_type_:
        return  # whether helping or hurting somebody is good depends on who says it
    if (thing.lemma_.lower(), "n") in words.evaluations or judge_words(thing):
        effect *= judge_words(thing) or 1  # "would end the injustice"
    negated = is_negated(verb)
    yield _judgement(verb, subject, -effect if negated else effect, 0.68 if not negated else 0.6, negated)


def _judgement(verb: Token, subject: Token, sign: int, weight: float, negated: bool = False) -> Reading:
    certainty = Certainty.POSSIBLE if modal(verb) in ("may", "might", "could") else Certainty.CERTAIN
    if certainty is Certainty.POSSIBLE:
        weight *= 0.85
    return Reading(verb, None, subject, sign, StanceKind.EVALUATION, weight, negated, certainty=certainty, judged=True)
