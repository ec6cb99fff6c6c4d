"""What each paragraph of a plain-text page is taken for. All articles here are made up."""

import random
from collections import defaultdict

import pytest

from kb.articles.blocks import segment
from kb.model import BlockKind as K

PARAGRAPH = (
    "The city council approved the harbour plan on Monday after a long debate, and the mayor said that the work would "
    "start before the end of the year."
)
SECOND = (
    "Critics reject the plan. They say that it costs too much and that nobody asked the people who live at the quay."
)
THIRD = (
    "“We will fight it in court,” said Max Stone, who leads the opposition, as he left the town hall on Monday night."
)


def kinds(text: str) -> dict[str, K]:
    """First line of each block -> its kind."""
    return {block.span.of(text): block.kind for block in segment(text)}


def page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def body_of(text: str) -> list[str]:
    return [block.span.of(text) for block in segment(text) if block.kind is K.BODY]


# --- head ---


def test_headline_byline_and_body_are_told_apart():
    text = page("Council approves harbour plan", "By Jane Roe", "March 3, 2020", PARAGRAPH, SECOND)
    assert [b.kind for b in segment(text)] == [K.HEADLINE, K.BYLINE, K.BYLINE, K.BODY, K.BODY]


def test_plain_paragraphs_without_headline_are_all_body():
    text = page(PARAGRAPH, SECOND, THIRD)
    assert body_of(text) == [PARAGRAPH, SECOND, THIRD]


def test_one_paragraph_a_line_without_empty_lines_is_not_joined():
    text = "\n".join((PARAGRAPH, SECOND, THIRD))
    assert body_of(text) == [PARAGRAPH, SECOND, THIRD]


def test_short_sentences_one_a_line_are_not_joined():
    lines = [
        "The minister resigned on Monday after weeks of pressure from within her own party.",
        "Her deputy said that he would not seek the post because he is far too old for it.",
        "The prime minister thanked her for all that she has done for the country so far.",
    ]
    assert body_of("\n".join(lines)) == lines


def test_hard_wrapped_paragraph_is_one_block():
    text = (
        "Council approves harbour plan\n\n"
        "The city council approved the harbour plan on Monday after a long\n"
        "debate, and the mayor said that the work on the quay would start in\n"
        "the spring.\n\n"
        "Critics reject the plan because it costs too much, and they say that\n"
        "they will fight it in the courts for as long as it takes to have it\n"
        "thrown out.\n"
    )
    assert [b.kind for b in segment(text)] == [K.HEADLINE, K.BODY, K.BODY]


def test_wire_dateline_starts_the_body():
    text = page("KYIV, March 3 (Agency) - " + PARAGRAPH, SECOND)
    assert [b.kind for b in segment(text)] == [K.BODY, K.BODY]


def test_wire_dateline_after_a_headline_with_full_stop():
    text = page("Council approves harbour plan.", "KYIV (Agency) — " + PARAGRAPH, SECOND)
    assert [b.kind for b in segment(text)] == [K.HEADLINE, K.BODY, K.BODY]


def test_kicker_is_not_the_headline():
    found = kinds(page("OPINION", "Why the harbour plan must fail", "By Jane Roe", PARAGRAPH, SECOND))
    assert found["OPINION"] is K.SUBHEAD
    assert found["Why the harbour plan must fail"] is K.HEADLINE


def test_dek_between_headline_and_byline():
    found = kinds(page("Harbour plan approved", "The mayor wins, the quay loses", "By Jane Roe", PARAGRAPH, SECOND))
    assert found["The mayor wins, the quay loses"] is K.DEK


def test_dek_that_starts_with_by_is_no_byline():
    dek = "By her silence, the mayor was really helping the people who want to sell the quay"
    found = kinds(page("Harbour plan approved", "by Jane Roe", "March 3, 2020", dek, PARAGRAPH, SECOND))
    assert found[dek] is K.DEK


def test_body_sentence_that_starts_with_by_is_body():
    sentence = "By selling the quay, the mayor has lost the trust of the people who voted for her."
    assert sentence in body_of(page("Harbour plan approved", PARAGRAPH, sentence))


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Roe and John Doe",
        "By JANE ROE",
        "By Jane Roe | The Harbour Gazette",
        "By Published on June 30, 2016",
        "Writer, The Harbour Gazette",
        "Staff writer",
        "14 March 2016",
        "2016-03-28",
        "Updated: April 1, 2016",
        "Published: 14 March 2016, 10:05 GMT",
        "crossposted at The Harbour Gazette",
    ],
)
def test_lines_about_author_and_date_are_bylines(line):
    assert kinds(page("Harbour plan approved", line, PARAGRAPH, SECOND))[line] is K.BYLINE


def test_name_line_above_a_date_is_a_byline():
    assert kinds(page("Harbour plan approved", "Jane Roe", "March 3, 2020", PARAGRAPH, SECOND))["Jane Roe"] is K.BYLINE


def test_image_title_and_credit_in_the_head_are_captions():
    found = kinds(
        page("Harbour plan approved", "Boats in the rain - May 3", "Image by Ann Lee via Flickr", PARAGRAPH, SECOND)
    )
    assert found["Boats in the rain - May 3"] is K.CAPTION
    assert found["Image by Ann Lee via Flickr"] is K.CAPTION


def test_labelled_fields_are_read_and_the_title_span_is_its_value():
    text = page("Title: Farmers reject new levy\nAuthor: Peter Novak\nDate: 2019-11-05", PARAGRAPH, SECOND)
    blocks = segment(text)
    assert blocks[0].kind is K.HEADLINE
    assert blocks[0].span.of(text) == "Farmers reject new levy"
    assert [b.kind for b in blocks[1:]] == [K.BYLINE, K.BYLINE, K.BODY, K.BODY]


def test_markdown_headings():
    text = page("# Senate blocks the bill", PARAGRAPH, "## A narrow vote", SECOND)
    assert [(b.kind, b.span.of(text)[:6]) for b in segment(text)] == [
        (K.HEADLINE, "Senate"),
        (K.BODY, "The ci"),
        (K.SUBHEAD, "A narr"),
        (K.BODY, "Critic"),
    ]


# --- body ---


def test_paragraphs_of_quotes_only_are_body():
    text = page("Harbour plan approved", PARAGRAPH, "“It is a bad deal.”", "“Never.”", "“We will fight it.”", SECOND)
    assert {"“It is a bad deal.”", "“We will fight it.”"} <= set(body_of(text))


def test_questions_and_answers_are_body():
    answers = ["Q: Why did you vote against it?", "A: Because it is a bad bill.", "Q: And next time?", "A: Maybe."]
    assert set(answers) <= set(body_of(page("An interview", PARAGRAPH, *answers, SECOND)))


def test_bullets_after_a_colon_are_body():
    items = ["- a new quay for container ships", "- lower taxes for dock owners", "- no money for the schools"]
    assert set(items) <= set(body_of(page("Harbour plan", PARAGRAPH, "The plan has three parts:", *items, SECOND)))


def test_numbered_items_of_a_newsletter_are_body():
    items = ["1. The president signed the budget. Her party praised it.", "2. The court threw out the case."]
    assert set(items) <= set(body_of(page("Good morning. Here is what you need to know today.", *items, SECOND)))


def test_subheads_are_not_body():
    assert kinds(page("Harbour plan", PARAGRAPH, "What the plan says", SECOND))["What the plan says"] is K.SUBHEAD


def test_caption_with_agency_credit_in_the_body():
    caption = "A man walks past the old quay. (AP Photo/John Smith)"
    assert kinds(page("Harbour plan", PARAGRAPH, caption, SECOND))[caption] is K.CAPTION


def test_statement_under_a_clip_title_is_kept_and_the_title_is_not():
    said = "Former harbour master Ann Lee says the plan could be the key to lasting peace at the quay."
    text = page(
        "Harbour plan", PARAGRAPH, SECOND, "Will the Plan End the Harbour War?", "DockNews on Mar 28, 2016", said
    )
    found = kinds(text)
    assert found[said] in (K.BODY, K.CAPTION)
    assert found["Will the Plan End the Harbour War?"] is K.SUBHEAD
    assert found["DockNews on Mar 28, 2016"] is K.BYLINE


def test_inline_link_does_not_end_the_body():
    text = page("Harbour plan", PARAGRAPH, "Read more: The mayor's long road to the quay", SECOND, THIRD)
    assert kinds(text)["Read more: The mayor's long road to the quay"] is K.RELATED
    assert body_of(text) == [PARAGRAPH, SECOND, THIRD]


def test_share_bar_in_the_middle_does_not_end_the_body():
    text = page("Harbour plan", "Share this article", "Facebook Twitter WhatsApp Email", PARAGRAPH, "Tweet", SECOND)
    assert body_of(text) == [PARAGRAPH, SECOND]
    assert kinds(text)["Facebook Twitter WhatsApp Email"] is K.SHARE


@pytest.mark.parametrize(
    "sentence",
    [
        "The report published on Tuesday in the capital says that the plan was illegal from the start.",
        "The drinking that contributed to the death of her brother is a theme of the book, the mayor said.",
        "No comment on the plan was given by the ministry, which has been silent about it for weeks.",
        "Follow-up talks on the harbour will be held in May, the mayor said after the vote on Monday.",
        "Facebook and Twitter were both asked to remove the posts, but neither of them has done so yet.",
        "Sources in the council said that the mayor had known about the plan for more than a year.",
        "Copyright law does not allow it, the mayor said, and the council will have to find another way.",
        "More from the council is expected on Friday, when it meets again to talk about the harbour.",
        "Print journalists were kept out of the hall while the council voted on the harbour plan.",
        "Support for the plan has fallen to a third of voters, according to a poll by the university.",
    ],
)
def test_sentences_that_only_look_like_furniture_stay_body(sentence):
    assert sentence in body_of(page("Harbour plan", PARAGRAPH, sentence, SECOND, THIRD))


# --- tail ---


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Follow Jane Roe on Twitter", K.FOOTER),
        ("Send tips to jane@example.org.", K.FOOTER),
        ("Copyright 2016 Harbour News Foundation", K.FOOTER),
        ("© 2016 Harbour Media Ltd. All rights reserved.", K.FOOTER),
        ("(Reporting by Olga Petrenko; Editing by Tim Hart)", K.FOOTER),
        ("Bryan Ross contributed to this report.", K.FOOTER),
        ("This article first appeared in The Valley Record.", K.FOOTER),
        ("Sign up here to get this newsletter in your inbox.", K.FOOTER),
        ("The views expressed here are the author's own and not those of the paper.", K.FOOTER),
        ("Correction: An earlier version of this story named the wrong quay.", K.FOOTER),
        ("[The editors added the video below]", K.FOOTER),
        ("Tags: harbour, council", K.FOOTER),
        ("Print Friendly, PDF & Email", K.SHARE),
        ("Like the article? Share it with your friends and find us on Facebook and Instagram.", K.SHARE),
        ("Related:", K.RELATED),
        ("More from The Gazette", K.RELATED),
    ],
)
def test_furniture_at_the_end(line, kind):
    assert kinds(page("Harbour plan approved", "By Ann Lee", PARAGRAPH, SECOND, THIRD, line))[line] is kind


def test_note_on_the_author_is_footer():
    bio = "Jane Roe, a historian and journalist, received the Salt Prize for her articles. She is the author of Quay."
    assert kinds(page("Harbour plan", "By Jane Roe", PARAGRAPH, SECOND, bio))[bio] is K.FOOTER


def test_note_on_an_author_without_byline_is_footer():
    bio = "Jane Roe is a lecturer in economics at Harbour University and writes for several papers."
    assert kinds(page("Harbour plan", PARAGRAPH, SECOND, THIRD, bio))[bio] is K.FOOTER


def test_last_paragraph_that_quotes_a_professor_is_body():
    last = "Ann Lee, a professor of law at Harbour University, said that the plan would fail in court."
    assert last in body_of(page("Harbour plan", "By Jane Roe", PARAGRAPH, SECOND, last))


def test_archive_links_are_related():
    links = ["Ten Ports That Went Broke by David Major", "How Would Knowing Change It? by Mary Minor", "Is It Over?"]
    found = kinds(page("Harbour plan", PARAGRAPH, SECOND, THIRD, "from the archives:", *links))
    assert {found[link] for link in links} == {K.RELATED}


def test_links_without_heading_after_the_last_paragraph_are_related():
    links = ["Ten Ports That Went Broke", "How the Quay Was Sold"]
    found = kinds(page("Harbour plan", PARAGRAPH, SECOND, THIRD, *links))
    assert {found[link] for link in links} == {K.RELATED}


def test_teasers_with_a_blurb_each_are_related():
    tail = [
        "You may also like",
        "The Long Siege",
        "A look back at the worst week of the war and those who fought it.",
        "Bread And Stones",
        "What the hungry eat when there is nothing left to eat at all.",
    ]
    found = kinds(page("Harbour plan", PARAGRAPH, SECOND, THIRD, *tail))
    assert {found[line] for line in tail} == {K.RELATED}


def test_text_after_the_copyright_notice_is_not_body():
    about = "The Gazette is a free paper that is read by many people every week."
    text = page("Harbour plan", PARAGRAPH, SECOND, THIRD, "Copyright 2020 The Gazette", about)
    assert kinds(text)[about] is K.FOOTER


def test_copyright_notice_above_the_body_ends_nothing():
    text = page("Harbour plan", "Copyright 2020 The Gazette", PARAGRAPH, SECOND, THIRD)
    assert body_of(text) == [PARAGRAPH, SECOND, THIRD]


# --- comments ---


def labels(text: str) -> dict[str, list[str]]:
    found = defaultdict(list)
    for block in segment(text):
        if block.kind is K.COMMENT:
            found[block.label].append(block.span.of(text))
    return dict(found)


def test_numbered_comments_keep_the_numbers_of_the_list():
    text = page(
        "Harbour plan",
        PARAGRAPH,
        SECOND,
        "4 thoughts on “Harbour plan”",
        "  1. Pingback: The Quay War | Dock Blog",
        "  3. I support the mayor in this.",
        "    She has always been right about the harbour and the quay.",
        "    • Friend,",
        "      You are wrong.",
        "  4. The mayor is a fraud!",
        "Comments are closed.",
    )
    found = kinds(text)
    assert found["1. Pingback: The Quay War | Dock Blog"] is K.PINGBACK
    assert found["Comments are closed."] is K.FOOTER
    assert labels(text) == {
        "reader comment 3": [
            "3. I support the mayor in this.",
            "She has always been right about the harbour and the quay.",
        ],
        "reader comment 3, reply 1": ["• Friend,", "You are wrong."],
        "reader comment 4": ["4. The mayor is a fraud!"],
    }


def test_comments_by_name_are_numbered_in_order():
    text = page(
        "Harbour plan",
        PARAGRAPH,
        SECOND,
        "2 Comments",
        "Maria S. says:\nMarch 15, 2016 at 9:12 am\nI love the mayor and all she does.\nReply",
        "Tom says:\nMarch 15, 2016 at 10:40 am\nThe mayor is a fraud.",
        "She should go.",
        "Leave a Reply",
    )
    assert labels(text) == {
        "reader comment 1": ["I love the mayor and all she does."],
        "reader comment 2": ["The mayor is a fraud.", "She should go."],
    }
    assert kinds(text)["Tom says:"] is K.BYLINE


def test_comments_without_heading_are_found_by_name_and_time():
    text = page(
        "Harbour plan", PARAGRAPH, SECOND, "Kim • 2 hours ago\nThe mayor is a coward.", "Li • 1 day ago\nAgreed!"
    )
    assert labels(text) == {"reader comment 1": ["The mayor is a coward."], "reader comment 2": ["Agreed!"]}


def test_bulleted_comments_are_people_of_their_own():
    text = page("Harbour plan", PARAGRAPH, SECOND, "Comments", "• I like it a lot.", "• I hate it a lot.")
    assert list(labels(text)) == ["reader comment 1", "reader comment 2"]


def test_comments_with_nothing_to_part_them_are_people_of_their_own():
    text = page("Harbour plan", PARAGRAPH, SECOND, "Comments:", "The mayor is right.", "The mayor is wrong.")
    assert list(labels(text)) == ["reader comment 1", "reader comment 2"]


def test_comment_count_near_the_byline_starts_no_comments():
    text = page("Harbour plan", "By Jane Roe", "12 Comments", PARAGRAPH, SECOND, THIRD)
    assert body_of(text) == [PARAGRAPH, SECOND, THIRD]


def test_links_after_the_comments_are_no_comments():
    text = page(
        "Harbour plan", PARAGRAPH, SECOND, "Comments", "1. I like it.", "Comments are closed.", "Northern Lights"
    )
    assert kinds(text)["Northern Lights"] is K.RELATED


# --- properties ---


def assert_in_order(text: str) -> None:
    end = 0
    for block in segment(text):
        assert end <= block.span.start < block.span.end <= len(text)
        assert block.span.of(text).strip() == block.span.of(text)
        end = block.span.end
    covered = "".join(block.span.of(text) for block in segment(text))
    assert len("".join(covered.split())) >= 0.5 * len("".join(text.split())) or len(text) < 80


@pytest.mark.parametrize("seed", range(60))
def test_blocks_of_shuffled_pages_are_in_order_inside_the_text_and_do_not_overlap(seed):
    chance = random.Random(seed)
    parts = [
        PARAGRAPH,
        SECOND,
        THIRD,
        "By Jane Roe",
        "Comments",
        "1. I like it.",
        "  • No.",
        "Related:",
        "A Title by Jo Day",
    ]
    parts += [
        "© 2016 X News",
        "\u00a0",
        "\t",
        "Share this",
        "# Heading",
        "Pingback: x | y",
        "Tom says:",
        "«Нет».",
        "東京で会議。",
        "3",
        "…",
    ]
    text = "".join(
        chance.choice(parts) + chance.choice(["\n", "\n\n", "\n\n\n", " \n"]) for _ in range(chance.randint(1, 25))
    )
    assert_in_order(text)


@pytest.mark.parametrize("seed", range(60))
def test_random_characters_are_segmented_without_error(seed):
    chance = random.Random(seed)
    letters = "aA .\n\n\t:;-•#1“”\u00a0\u2028é漢\U0001f600()|©@/"
    text = "".join(chance.choice(letters) for _ in range(chance.randint(0, 400)))
    end = 0
    for block in segment(text):
        assert end <= block.span.start < block.span.end <= len(text)
        end = block.span.end


def test_segmenting_twice_gives_the_same():
    text = page("Harbour plan", "By Jane Roe", PARAGRAPH, SECOND, "Comments", "1. I like it.")
    assert segment(text) == segment(text)


# --- whole pages of other layouts ---


def test_blog_page_with_widgets_between_text_and_comments():
    text = page(
        "Posted on March 3, 2020 by admin",
        "The mayor must go",
        PARAGRAPH,
        SECOND,
        THIRD,
        "Share this:",
        "Twitter\nFacebook",
        "Related",
        'Quay sold in secret\nMarch 1, 2020\nIn "Politics"',
        "Posted in Politics\nTagged harbour, mayor",
        "Post navigation",
        "2 thoughts on “The mayor must go”",
        "Tom\nMarch 4, 2020 at 8:15 am",
        "The mayor is the best we ever had, I support her.",
        "Reply",
        "Ann Lee\nMarch 4, 2020 at 9:00 am",
        "I disagree with Tom.",
    )
    assert body_of(text) == [PARAGRAPH, SECOND, THIRD]
    assert kinds(text)["The mayor must go"] is K.HEADLINE
    assert labels(text) == {
        "reader comment 1": ["The mayor is the best we ever had, I support her."],
        "reader comment 2": ["I disagree with Tom."],
    }


def test_press_release_with_navigation_above():
    text = page("Skip to content\nHome\nWorld", "FOR IMMEDIATE RELEASE\nMarch 3, 2020\nContact: Ann Lee, 555-1234")
    text += page(
        "Dockers' Union Condemns Harbour Sale", "PORT CITY – " + PARAGRAPH, SECOND, THIRD, "###", "About the Union"
    )
    found = kinds(text)
    assert found["Dockers' Union Condemns Harbour Sale"] is K.HEADLINE
    assert found["Contact: Ann Lee, 555-1234"] is K.FOOTER
    assert body_of(text) == ["PORT CITY – " + PARAGRAPH, SECOND, THIRD]


def test_transcript_lines_are_body():
    lines = [
        "STONE: Madam Mayor, did you sell the quay?",
        "BLUNT: No, I did not. I oppose any sale.",
        "STONE: Thank you.",
    ]
    text = page("By Peter Novak\nPublished 3 March 2020", *lines, "[APPLAUSE]", "BLUNT: My party is wrong about it.")
    assert set(lines) <= set(body_of(text))


def test_links_below_the_article_with_times_are_related():
    tail = [
        "More on this story",
        "Unions plan strike over harbour",
        "2 days ago",
        "Who owns the quay?",
        "Related Topics",
        "Trade",
    ]
    found = kinds(page("Harbour deal: what we know", PARAGRAPH, SECOND, THIRD, *tail))
    assert {found[line] for line in tail} == {K.RELATED}
