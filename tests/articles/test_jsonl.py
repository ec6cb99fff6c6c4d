"""JSON Lines: fields, and lines that cannot be used."""

import gzip
import json

import pytest

from kb.articles.jsonl import read_jsonl
from kb.errors import EmptyInput, InputError, UnreadableInput
from kb.model import Article

TEXT = "The council approved the plan on Monday. The mayor praised it in a speech."


def read(tmp_path, *lines, limit=10_000):
    path = tmp_path / "batch.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return list(read_jsonl(path, limit))


def test_all_fields_are_read(tmp_path):
    record = {
        "id": "a1",
        "text": TEXT,
        "title": "Plan approved",
        "authors": ["Jane Roe", "John Doe"],
        "date": "2020-03-03T10:00:00Z",
        "language": "en_GB",
        "publisher": "The Gazette",
        "original_publisher": "The Record",
        "url": "https://gazette.example/plan",
    }
    (article,) = read(tmp_path, record)
    assert article.id == "a1"
    assert article.text == TEXT
    assert article.title == "Plan approved"
    assert article.authors == ("Jane Roe", "John Doe")
    assert article.date == "2020-03-03"
    assert article.language == "en-GB"
    assert article.publisher == "The Gazette"
    assert article.original_publisher == "The Record"
    assert article.url == "https://gazette.example/plan"
    assert article.source.endswith("batch.jsonl:1")
    assert article.blocks


@pytest.mark.parametrize("author", [{"author": "Jane Roe"}, {"authors": "Jane Roe"}, {"author": ["Jane Roe"]}])
def test_author_may_be_one_name_or_a_list(tmp_path, author):
    assert read(tmp_path, {"text": TEXT, **author})[0].authors == ("Jane Roe",)


def test_record_without_id_is_named_by_file_and_line(tmp_path):
    assert [a.id for a in read(tmp_path, {"text": TEXT}, b"", {"text": TEXT, "id": 7})] == ["batch-1", "7"]


def test_what_the_record_leaves_out_is_read_from_its_text(tmp_path):
    (article,) = read(
        tmp_path, {"text": f"Plan approved\n\nBy Jane Roe\n\nMarch 3, 2020\n\n{TEXT}\n\n{TEXT}", "date": None}
    )
    assert (article.title, article.authors, article.date) == ("Plan approved", ("Jane Roe",), "2020-03-03")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "open', "it is no JSON"),
        (b"[1, 2]", "it is a JSON list, not an object"),
        (b'{"id": "x"}', 'the record has no "text"'),
        (b'{"text": 5}', '"text" is a int, not a string'),
        (b'{"text": "  "}', "it holds no text"),
        (b'{"text": "a\\u0000b"}', "binary"),
        (b'{"text": "a \\ud800 b"}', "surrogate"),
        (b'{"text": "a", "title": "\\ud800"}', "surrogate"),
        (b'{"text": "a", "title": ["x"]}', '"title" is a list, not a string'),
        (b'{"text": "a", "authors": [1]}', '"authors" is no list of strings'),
        (b'{"text": "caf\xe9"}', "is not UTF-8"),
        (b"[" * 100_000, "no JSON that can be read"),
        (b'{"text": "' + b"x" * 300_000 + b'"}', "longer than"),
    ],
)
def test_bad_line_is_named_and_the_rest_is_read(tmp_path, line, reason):
    first, error, last = read(tmp_path, {"text": TEXT}, line, {"text": TEXT}, limit=200_000)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(error, InputError)
    assert error.source.endswith("batch.jsonl:2")
    assert reason in error.reason
    assert error.next_step


def test_packed_file_is_read(tmp_path):
    path = tmp_path / "batch.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"text": TEXT}).encode()))
    assert [a.id for a in read_jsonl(path, 10_000)] == ["batch-1"]


def test_broken_packed_file_is_named_after_what_could_be_read(tmp_path):
    path = tmp_path / "batch.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join([json.dumps({"text": TEXT}).encode()] * 5000))[:-20])
    *articles, error = read_jsonl(path, 10_000)
    assert len(articles) > 1000
    assert isinstance(error, UnreadableInput)
    assert "cannot be read on" in error.reason


def test_empty_file_is_named(tmp_path):
    assert isinstance(read(tmp_path, b"\n\n")[0], EmptyInput)
