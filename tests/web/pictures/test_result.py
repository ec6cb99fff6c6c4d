"""Which picture an answer gets."""

from __future__ import annotations

from typing import Any

from kb.web.pictures.result import BARS, picture_of

XSD = "http://www.w3.org/2001/XMLSchema#"


def number(value: float, kind: str = "integer") -> dict[str, str]:
    return {"type": "literal", "value": str(value), "datatype": XSD + kind}


def text(value: str, kind: str = "") -> dict[str, str]:
    return {"type": "literal", "value": value, **({"datatype": XSD + kind} if kind else {})}


def iri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def answer(names: str, *rows: tuple[dict[str, str] | None, ...]) -> dict[str, Any]:
    variables = names.split()
    bindings = [{n: v for n, v in zip(variables, row, strict=True) if v is not None} for row in rows]
    return {"head": {"vars": variables}, "results": {"bindings": bindings}}


def name(value: str) -> str:
    return value.rpartition("/")[2]


def mark(picture: Any) -> str:
    spec = picture.spec
    found = spec["mark"] if "mark" in spec else spec["layer"][0]["mark"]
    return str(found["type"])


def test_a_label_and_a_number_make_bars() -> None:
    found = answer("who n", (text("Mara"), number(3)), (text("Tom"), number(5)))
    picture = picture_of(found, name)
    assert picture is not None
    assert mark(picture) == "bar"
    assert (picture.columns, list(picture.rows)) == (("who", "n"), [("Mara", 3), ("Tom", 5)])
    assert "The most is 5 (Tom), the least 3 (Mara)." in picture.text


def test_iris_are_called_by_their_names_and_things_of_the_same_name_stay_apart() -> None:
    found = answer("who n", (iri("https://a/x"), number(1)), (iri("https://b/x"), number(2)))
    picture = picture_of(found, name)
    assert picture is not None
    assert [row["label"] for row in picture.spec["data"]["values"]] == ["x", "x (2)"]


def test_more_bars_than_can_be_read_are_cut_and_it_is_said() -> None:
    found = answer("who n", *((text(f"n{i}"), number(i)) for i in range(BARS + 7)))
    picture = picture_of(found, name)
    assert picture is not None
    assert len(picture.rows) == BARS
    assert "7 are left out" in picture.text


def test_a_date_and_a_number_go_through_time() -> None:
    days = answer("day n", (text("2024-05-02", "date"), number(3)), (text("2024-05-01", "date"), number(1)))
    picture = picture_of(days, name)
    assert picture is not None
    assert mark(picture) == "line"
    assert [row[0] for row in picture.rows] == ["2024-05-01", "2024-05-02"]
    months = answer("month n", (text("2024-04", "gYearMonth"), number(3)), (text("2024-05", "gYearMonth"), number(1)))
    picture = picture_of(months, name)
    assert picture is not None
    assert mark(picture) == "bar"


def test_polarities_have_their_own_colours() -> None:
    side = "https://w3id.org/stancekb/ns#"
    found = answer(
        "who side n",
        (text("Mara"), iri(side + "Support"), number(3)),
        (text("Mara"), iri(side + "Oppose"), number(1)),
        (text("Tom"), iri(side + "Oppose"), number(2)),
    )
    picture = picture_of(found, name)
    assert picture is not None
    assert mark(picture) == "bar"
    scale = picture.spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale == {"domain": ["support", "oppose"], "range": ["var(--support)", "var(--oppose)"]}


def test_two_labels_and_a_number_make_a_heat_map() -> None:
    pairs = [(one, other) for one in "abc" for other in "xyz"]
    found = answer("down across n", *((text(a), text(b), number(i, "decimal")) for i, (a, b) in enumerate(pairs)))
    picture = picture_of(found, name)
    assert picture is not None
    assert mark(picture) == "rect"
    assert len(picture.rows) == 9


def test_what_no_picture_says_better() -> None:
    quotes = [(text("Mara"), text("we need it " * 20 + str(i)), number(i)) for i in range(3)]
    assert picture_of(answer("who quote n", *quotes), name) is None
    assert picture_of(answer("n", (number(1),), (number(2),)), name) is None
    assert picture_of(answer("who", (text("a"),), (text("b"),)), name) is None
    assert picture_of(answer("who n", (text("a"), number(1))), name) is None
    assert picture_of(answer("who n", (text("a"), number(1)), (text("a"), number(2))), name) is None
    assert picture_of(answer("who n"), name) is None
    assert (
        picture_of(answer("s n", (iri("https://a/1"), number(1)), (iri("https://a/2"), number(2))), lambda _: "")
        is None
    )


def test_odd_values_do_no_harm() -> None:
    found = answer(
        "who n day",
        (text("<script>\x00\u202e"), number(1), text("2024-13-45")),
        (None, number(2), text("2024-01-01")),
        (text(""), text("NaN", "double"), None),
    )
    picture_of(found, name)
    picture = picture_of(answer("who n", (text("<b>\x00\u202e"), number(1)), (None, number(2))), name)
    assert picture is not None
    assert [row["label"] for row in picture.spec["data"]["values"]] == ["<b>\ufffd", "not known"]
