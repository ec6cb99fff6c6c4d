"""What the network thinks of the pairs of a document, with the holders resolved and the rivals of each pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kb.model import Agent, Polarity
from kb.network.reader import Judgement
from kb.stance.proposals import Proposal


@dataclass(frozen=True, slots=True)
class Opinion:
    """A judgement on a pair and who its holder is.

    Attributes:
        other_holder: the network's highest probability that somebody else has a stance on the same words.
        other_target: the same for overlapping words as target of the same holder.
    """

    judgement: Judgement
    agent: Agent
    other_holder: float = 0.0
    other_target: float = 0.0

    @property
    def odds(self) -> dict[Polarity, float]:
        """Probability of each polarity."""
        j = self.judgement
        return {Polarity.SUPPORT: j.support, Polarity.OPPOSE: j.oppose, Polarity.NEUTRAL: j.neutral}

    @property
    def polarity(self) -> Polarity:
        """The likeliest one."""
        return max(self.odds, key=self.odds.__getitem__)


class Opinions:
    """All opinions on one document.

    Args:
        who: who holds a judgement; None where nobody can be named.
    """

    def __init__(self, judgements: Iterable[Judgement], who: Callable[[Judgement], Agent | None]) -> None:
        resolved = [Opinion(j, agent) for j in judgements if (agent := who(j)) is not None]
        self._by_target: dict[int, list[Opinion]] = {}
        by_holder: dict[str, list[Opinion]] = {}
        for opinion in resolved:
            self._by_target.setdefault(opinion.judgement.target.head, []).append(opinion)
            by_holder.setdefault(opinion.agent.name, []).append(opinion)
        for opinions in self._by_target.values():
            for n, opinion in enumerate(opinions):
                target = opinion.judgement.target
                others = (o for o in opinions if o.agent.name != opinion.agent.name)
                overlapping = (
                    o
                    for o in by_holder[opinion.agent.name]
                    if o.judgement.target.head != target.head
                    and o.judgement.target.start < target.end
                    and target.start < o.judgement.target.end
                )
                opinions[n] = replace(opinion, other_holder=_highest(others), other_target=_highest(overlapping))

    def towards(self, start: int, end: int) -> Iterator[Opinion]:
        """Opinions on targets whose head is one of the tokens `[start, end)`."""
        for head, opinions in self._by_target.items():
            if start <= head < end:
                yield from opinions

    def of(self, name: str, head: int) -> Opinion | None:
        """The surest opinion of the agent of that name on the target with that head."""
        own = (o for o in self._by_target.get(head, ()) if o.agent.name.lower() == name.lower())
        return min(own, key=lambda o: o.judgement.none, default=None)


def weigh(proposal: Proposal, opinion: Opinion) -> Proposal:
    """The proposal with all that the network thinks of it."""
    j = opinion.judgement
    said, among = j.praised - j.blamed, j.favours - j.disfavours
    rivals = replace(proposal, other_holder=opinion.other_holder, other_target=opinion.other_target)
    match proposal.stance.polarity:
        case Polarity.SUPPORT:
            return replace(rivals, network=j.support, contrary=j.oppose, said=said, among=among)
        case Polarity.OPPOSE:
            return replace(rivals, network=j.oppose, contrary=j.support, said=-said, among=-among)
        case _:
            return replace(rivals, network=j.neutral)


def _highest(opinions: Iterable[Opinion]) -> float:
    return max((max(o.judgement.support, o.judgement.oppose) for o in opinions), default=0.0)
