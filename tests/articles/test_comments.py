"""Where comments start without a heading, and whose each paragraph is."""

from kb.articles.comments import comments_start, mark_comments
from kb.articles.lines import cut
from kb.model import BlockKind as K


def start(text: str) -> int | None:
    return comments_start(cut(text), 0)


def test_heading_starts_the_comments():
    for heading in (
        "3 Comments",
        "Comments (3)",
        "11 thoughts on “How the Quay Was Sold?”",
        "Leave a Reply",
        "COMMENTS:",
    ):
        assert start(f"The mayor resigned.\n\n{heading}\n\nI like it.") == 1


def test_name_with_time_of_day_starts_the_comments():
    for opening in (
        "Tom says:\nMarch 4, 2020 at 8:15 am",
        "Tom\nMarch 4, 2020 at 8:15 am",
        "Tom on March 4, 2020 at 8:15 am",
    ):
        assert start(f"The mayor resigned.\n\n{opening}\n\nI like it.") == 1


def test_sentences_start_no_comments():
    for line in (
        "Tom Stone said:",
        "The mayor resigned 2 days ago",
        "No comment on the matter was given by the mayor.",
        "Two responses to the crisis are needed.",
        "9:05 a.m.",
        "March 4, 2020",
    ):
        assert start(f"The mayor resigned.\n\n{line}\n\nI like it.") is None


def marked(text: str) -> list[tuple[K, str]]:
    return mark_comments(cut(text))


def test_numbers_within_a_comment_do_not_count_back():
    found = marked("Comments\n\n7. I have two points.\n\n1. She lies.\n\n2. She cheats.\n\n8. Me too.")
    assert [label for _, label in found] == ["", *["reader comment 7"] * 3, "reader comment 8"]


def test_forms_and_buttons_are_no_comments():
    found = marked("Comments\n\nTom • 2h ago\n\nI like it.\n\n3 • Reply • Share ›\n\nLoad more comments")
    assert [kind for kind, _ in found] == [K.FOOTER, K.BYLINE, K.COMMENT, K.SHARE, K.FOOTER]


def test_nothing_after_the_comments_are_closed_is_a_comment():
    found = marked(
        "Comments\n\n1. I like it.\n\nComments are closed.\n\nThe Gazette is a free paper for all.\n\nNorthern Lights"
    )
    assert [kind for kind, _ in found] == [K.FOOTER, K.COMMENT, K.FOOTER, K.FOOTER, K.RELATED]


def test_each_reply_is_a_person_of_its_own():
    found = marked("1. I like it.\n\n  • I do not.\n\n  • Nor do I.\n\n2. I do.")
    assert [label for _, label in found] == [
        "reader comment 1",
        "reader comment 1, reply 1",
        "reader comment 1, reply 2",
        "reader comment 2",
    ]
