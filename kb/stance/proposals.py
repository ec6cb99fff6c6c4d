"""What rules and network each propose as a stance, before it is decided how sure we are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.model import Polarity, Stance, TargetKind

#: Two propositions of one holder are one when they share this part of the shorter one's tokens.
_SHARED = 0.5
#: A voice's own stance must be surer by this than the same one of whom it tells of.
_OWN = 0.2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stance whose confidence is still open, with what speaks for it.

    Attributes:
        span: tokens `[start, end)` that name the target here.
        rule: weight of the wording that a rule found, 0..1; 0 where none did.
        network: the network's probability of this polarity, 0..1; None where it did not judge the pair.
        contrary: the network's probability of the opposite polarity.
        said: how much more the words about the target say this polarity than the opposite, whoever says them, -1..1.
        among: the same of what the head for pairs of entities finds.
        other_holder: the network's probability that somebody else has a stance on these words.
        other_target: its probability that the holder has one on words that overlap these.
        pronoun: the holder is a pronoun here.
        headline: it stands in a headline.
        voiced: a voice other than the author's reports it.
        author: the holder is the author or a commenter.
    """

    stance: Stance
    span: tuple[int, int]
    rule: float = 0.0
    network: float | None = None
    contrary: float = 0.0
    said: float = 0.0
    among: float = 0.0
    other_holder: float = 0.0
    other_target: float = 0.0
    pronoun: bool = False
    headline: bool = False
    voiced: bool = False
    author: bool = False
    unnamed: bool = False


def merge(proposals: list[Proposal]) -> Iterator[Proposal]:
    """One proposal for each holder, target and polarity of a sentence; a rule's wording and the network's odds join."""
    found: dict[tuple[str, str, Polarity], Proposal] = {}
    for proposal in proposals:
        stance = proposal.stance
        key = (stance.holder.name.lower(), stance.target.name.lower(), stance.polarity)
        known = found.get(key)
        if known is None:
            found[key] = proposal
            continue
        ruled = proposal if proposal.rule > known.rule else known  # its cue, kind and chain explain more
        odds = [p.network for p in (known, proposal) if p.network is not None]
        judged = max(known, proposal, key=lambda p: p.network or 0.0)
        found[key] = replace(
            ruled,
            rule=max(known.rule, proposal.rule),
            network=max(odds, default=None),
            contrary=max(known.contrary, proposal.contrary),
            said=judged.said,
            among=judged.among,
            other_holder=judged.other_holder,
            other_target=judged.other_target,
            pronoun=known.pronoun and proposal.pronoun,
        )
    yield from found.values()


def distinct(stances: list[tuple[Stance, tuple[int, int]]]) -> Iterator[Stance]:
    """The surest of those that say one thing twice, in their order; nothing where two nearly as sure contradict.

    Propositions of one holder in overlapping words are one thing: the surer wording stays. Who only tells of somebody's
    stance does not share it: "an official said that Turkey wants a treaty" is Turkey's.
    """
    dropped: set[int] = set()
    for i, (a, place) in enumerate(stances):
        for j, (b, other) in enumerate(stances):
            if a.holder != b.holder and a.holder in (v.agent for v in b.chain):
                told = a.target.name.lower() == b.target.name.lower() and a.polarity is b.polarity
                if told and a.confidence < b.confidence + _OWN:
                    dropped.add(i)
            if i == j or a.holder != b.holder:
                continue
            same = a.target.name.lower() == b.target.name.lower()
            # the conjuncts of one phrase share its place and are not the same thing
            both = a.target.kind is b.target.kind is TargetKind.PROPOSITION and place != other
            near = both and _overlap(place, other) >= _SHARED * min(place[1] - place[0], other[1] - other[0])
            if not same and not near:
                continue
            if same and a.polarity is not b.polarity and abs(a.confidence - b.confidence) < 0.1:
                dropped |= {i, j}
            elif (a.confidence, -i) < (b.confidence, -j):
                dropped.add(i)
    yield from (stance for i, (stance, _) in enumerate(stances) if i not in dropped)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))
