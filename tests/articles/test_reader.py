"""Reading files and folders: what is read, in which order, under which id, and what is said of what cannot be."""

import gzip
import json
import os
import random
import time
from pathlib import Path

import pytest

from kb.articles.reader import read_paths
from kb.errors import EmptyInput, InputError, UnreadableInput
from kb.model import Article
from kb.settings import Settings

TEXT = "Council approves harbour plan\n\nThe council approved the plan on Monday. The mayor praised it in a speech.\n"


def read(*paths: str | Path, **settings: int) -> list[Article | InputError]:
    return list(read_paths(paths, Settings(**settings)))


def only_error(*paths: str | Path, **settings: int) -> InputError:
    (error,) = read(*paths, **settings)
    assert isinstance(error, InputError)
    return error


def write(folder: Path, name: str, content: str | bytes = TEXT) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_file_becomes_an_article_with_its_stem_as_id(tmp_path):
    path = write(tmp_path, "harbour-2020-03-03.txt")
    (article,) = read(path)
    assert article.id == "harbour-2020-03-03"
    assert article.text == TEXT
    assert article.source == str(path)
    assert article.title == "Council approves harbour plan"


def test_stored_text_is_what_open_reads(tmp_path):
    raw = "Plan\u00a0A\r\n\r\nThe cafe\u0301 closed\u2028 on Monday, the owner said.\rHe was sad about it.\n".encode()
    path = write(tmp_path, "a.txt", raw)
    (article,) = read(path)
    with path.open(encoding="utf-8") as file:
        assert article.text == file.read()


def test_byte_order_mark_is_dropped(tmp_path):
    (article,) = read(write(tmp_path, "a.txt", b"\xef\xbb\xbf" + TEXT.encode()))
    assert article.text == TEXT


def test_date_of_the_file_name_is_used_where_the_text_has_none(tmp_path):
    (article,) = read(write(tmp_path / "2011-01-01", "gazette_2020-03-03_plan.txt"))
    assert article.date == "2020-03-03"


def test_folder_is_read_with_sub_folders_in_sorted_order(tmp_path):
    for name in ("b.txt", "a/z.md", "a/c.html", "a/.hidden.txt", ".git/x.txt", "notes.pdf", "d.TXT"):
        write(tmp_path, name, f"<html><body><p>{TEXT}</p></body></html>" if name.endswith("html") else TEXT)
    assert [article.id for article in read(tmp_path)] == ["c", "z", "b", "d"]


def test_same_stem_gets_a_number(tmp_path):
    for name in ("a/story.txt", "b/story.txt", "b/story-2.txt", "c/story.md"):
        write(tmp_path, name)
    ids = [article.id for article in read(tmp_path)]
    assert ids == ["story", "story-2", "story-3", "story-4"]
    assert ids == [article.id for article in read(tmp_path)]


def test_file_named_twice_is_read_once(tmp_path):
    path = write(tmp_path, "a.txt")
    assert len(read(path, tmp_path, tmp_path / "." / "a.txt")) == 1


def test_bad_inputs_are_reported_in_their_place_and_the_rest_is_read(tmp_path):
    good, bad = write(tmp_path, "a.txt"), write(tmp_path, "b.txt", b"\x00\x01")
    other = write(tmp_path, "c.txt")
    found = read(good, bad, tmp_path / "none.txt", other)
    assert [type(item) for item in found] == [Article, UnreadableInput, UnreadableInput, Article]


def test_missing_path_is_named(tmp_path):
    error = only_error(tmp_path / "none.txt")
    assert isinstance(error, UnreadableInput)
    assert "none.txt: no such file or folder; check the path" in str(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read_is_named(tmp_path):
    path = write(tmp_path, "a.txt")
    path.chmod(0)
    assert "not permitted" in str(only_error(path))


@pytest.mark.parametrize("content", [b"", b" \n\t\n", "\u00a0\n".encode(), b"\xef\xbb\xbf\n"])
def test_empty_file_is_named(tmp_path, content):
    error = only_error(write(tmp_path, "a.txt", content))
    assert isinstance(error, EmptyInput)
    assert error.reason == "it holds no text"


def test_binary_file_is_named(tmp_path):
    error = only_error(write(tmp_path, "a.txt", b"%PDF-1.4\n\x00\x01\x02"))
    assert isinstance(error, UnreadableInput)
    assert "binary (a NUL byte at offset 9)" in error.reason


def test_control_characters_are_binary(tmp_path):
    assert "control characters" in only_error(write(tmp_path, "a.txt", b"\x01\x02\x03\x04 abc def")).reason


def test_broken_utf8_is_named_with_its_offset(tmp_path):
    error = only_error(write(tmp_path, "a.txt", b"caf\xe9 is closed"))
    assert "byte 0xe9 at offset 3 is not UTF-8" in error.reason
    assert "convert it to UTF-8" in error.next_step


def test_offset_of_broken_utf8_counts_the_byte_order_mark(tmp_path):
    assert "offset 6" in only_error(write(tmp_path, "a.txt", b"\xef\xbb\xbfcaf\xe9")).reason


def test_utf16_is_named(tmp_path):
    assert "UTF-16" in only_error(write(tmp_path, "a.txt", TEXT.encode("utf-16"))).reason


def test_file_above_the_limit_is_not_read(tmp_path):
    path = write(tmp_path, "a.txt")
    error = only_error(path, max_file_bytes=50)
    assert f"{len(TEXT)} bytes is more than the limit of 50" in error.reason
    assert "KB_MAX_FILE_BYTES" in error.next_step
    assert isinstance(read(path, max_file_bytes=len(TEXT))[0], Article)


def test_folder_without_articles_is_named(tmp_path):
    assert isinstance(only_error(tmp_path), EmptyInput)


def test_device_is_no_article():
    assert "no regular file" in only_error("/dev/null").reason


def test_path_with_a_nul_is_named():
    assert isinstance(only_error("a\x00b"), UnreadableInput)


def test_file_name_that_is_not_utf8_gives_an_id_that_can_be_written(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt")
    try:
        Path(os.fsdecode(path)).write_text(TEXT, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (article,) = read(tmp_path)
    assert article.id.encode("utf-8").startswith(b"caf")


def test_jsonl_in_a_folder_is_read_with_ids_of_the_run(tmp_path):
    write(tmp_path, "a.jsonl", "\n".join(json.dumps({"id": "same", "text": TEXT}) for _ in range(2)))
    write(tmp_path, "b.jsonl.gz", gzip.compress(json.dumps({"text": TEXT}).encode()))
    assert [article.id for article in read(tmp_path)] == ["same", "same-2", "b-1"]


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".jsonl", ".jsonl.gz", ".dat"])
def test_random_bytes_give_an_article_or_an_error_never_more(tmp_path, suffix):
    chance = random.Random(suffix)
    for number in range(25):
        size = chance.choice([0, 1, 7, 80, 600])
        start = chance.choice([b"", b"<html><body><p>", b'{"text": "', b"\xef\xbb\xbf", b"\x1f\x8b\x08\x00"])
        write(tmp_path, f"{number}{suffix}", start + chance.randbytes(size))
    for number in range(25, 40):
        text = "".join(chance.choice('ab .\n<p>{}":&;é\u2028') for _ in range(300))
        write(tmp_path, f"{number}{suffix}", text)
    for item in read(tmp_path) + read(*tmp_path.iterdir()):
        assert isinstance(item, Article | InputError)
        if isinstance(item, Article):
            assert item.text.encode("utf-8").strip()
            end = 0
            for block in item.blocks:
                assert end <= block.span.start < block.span.end <= len(item.text)
                end = block.span.end


def test_hundred_articles_are_read_in_well_under_a_second(tmp_path):
    sentence = "The council approved the plan on Monday, and the mayor praised it in a speech at the quay. "
    text = "Council approves plan\n\nBy Jane Roe\n\n" + "\n\n".join([sentence * 2] * 20)
    for number in range(100):
        write(tmp_path, f"{number:03}.txt", text)
    best = 9.0
    for _ in range(3):
        begin = time.perf_counter()
        assert len(read(tmp_path)) == 100
        best = min(best, time.perf_counter() - begin)
    assert best < 0.8  # measured: 0.15 s; room for a slow machine
