"""The parameters of comparisons beyond the filter, and those of pictures of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query, Request

Nodes = Annotated[
    int | None,
    Query(alias="limit", ge=2, le=500, description="how many holders and targets at the most", examples=[60]),
]
Least = Annotated[int, Query(ge=1, le=1_000_000, description="utterances of a pair at the least", examples=[2])]
Around = Annotated[
    str, Query(description="this entity and those it has to do with: name, key, QID or IRI", examples=["Q22316"])
]
Order = Annotated[
    Literal["", "known", "alike"],
    Query(description="those with the most utterances first, or those that are alike together", examples=["alike"]),
]
HolderType = Annotated[str, Query(alias="type", max_length=100, description="class of holders", examples=["Person"])]
First = Annotated[
    str, Query(description="one of the two that are compared: name, key, QID or IRI", examples=["Q22316"])
]
Second = Annotated[str, Query(description="the other one: name, key, QID or IRI", examples=["Q76"])]
By = Annotated[
    Literal["party", "country", "office"], Query(description="what holders are put together by", examples=["party"])
]
Value = Annotated[str, Query(description="the party, country or office: QID or name", examples=["Q29468"])]
During = Annotated[
    Literal["", "true", "false"],
    Query(description="true: only what was said while it was so; of parties and offices", examples=["true"]),
]
_NAMES = ("limit", "least", "around", "order", "type", "first", "second", "by", "value", "during")


def read_more(
    request: Request,
    limit: Nodes = None,
    least: Least = 1,
    around: Around = "",
    order: Order = "",
    type: HolderType = "",
    first: First = "",
    second: Second = "",
    by: By = "party",
    value: Value = "",
    during: During = "",
) -> dict[str, str]:
    """Those that a request gives, as it has them."""
    return given(request)


def given(request: Request) -> dict[str, str]:
    """Parameters of a comparison that a request gives, without empty ones."""
    return {name: value for name in _NAMES if (value := request.query_params.get(name, ""))}


MoreOf = Annotated[dict[str, str], Depends(read_more)]
