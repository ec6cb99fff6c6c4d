"""The shapes of the JSON answers of comparisons and groups, for `/openapi.json`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from kb.web.schemas import Counts, Named, Picture, Stance


class OutletsCompared(BaseModel):
    """Outlets on one target. What is about an entity is apart from what is on it; the two are never added up."""

    target: Named | None
    first: Named | None
    second: Named | None
    towards: Picture | None = Field(description="on the target itself; null where none was asked for")
    about: Picture | None = Field(description="on propositions about it; null where it is no entity")
    stances_first: list[Stance]
    stances_second: list[Stance]


class Shared(BaseModel):
    """A target on which both take a side."""

    target: Named
    first: Counts = Field(description="utterances by polarity", examples=[{"support": 2}])
    second: Counts
    agree: bool | None = Field(description="null where either is neutral or mixed")


class EntitiesCompared(BaseModel):
    """Two entities on each other, and on what both take a side on."""

    first: Named | None
    second: Named | None
    each_other: Picture | None
    shared: list[Shared]
    query: str = Field(description="SPARQL with the same answer as `shared`")


class Contradiction(Named):
    """A proposition that different outlets carry both sides of."""

    support: int = Field(description="utterances")
    oppose: int
    outlets: int


class Accounts(BaseModel):
    """Propositions with contradicting accounts; of one of them, both sides."""

    propositions: list[Contradiction]
    proposition: Named | None
    support: list[Stance]
    oppose: list[Stance]
    query: str


class GroupValue(BaseModel):
    """A party, country or office that holders of the base have."""

    qid: str = Field(examples=["Q29468"])
    name: str
    members: int
    utterances: int


class GroupMember(Named):
    """Somebody of the group who holds stances here."""

    utterances: Counts = Field(description="by polarity", examples=[{"support": 2}])
    stances: Counts


class GroupTarget(Named):
    """What members of the group take sides on."""

    utterances: Counts
    stances: Counts


class Groups(BaseModel):
    """Holders by party, country or office; of one of these, its members and what they say."""

    by: str
    values: list[GroupValue] = Field(description="empty where no facts are held, and where one was asked for")
    value: GroupValue | None
    total: int = Field(description="entities of the base that are in the group, those without stances too")
    members: list[GroupMember]
    targets: list[GroupTarget]
    query: str
