"""The editor's files over HTTP."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from kb.web import editor
from tests.web.serving import ROOT

ACE = f"/static/ace/{editor.version()}"


@pytest.mark.parametrize("name", sorted({*editor.SCRIPTS, *editor.STYLES, "css/main-1.png"}))
def test_a_file_is_served_once_and_kept(http: httpx.Client, name: str) -> None:
    answer = http.get(f"{ACE}/{name}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    again = http.get(f"{ACE}/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "path", [f"{ACE}/mode-php.js", f"{ACE}/../widget.js", f"{ACE}/css%2F..%2Fmode-php.js", "/static/ace/0.1/ace.js"]
)
def test_nothing_else_of_the_package_is_served(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 404


def test_the_images_that_the_style_names_are_there(http: httpx.Client) -> None:
    style = http.get(f"{ACE}/css/ace.css").text
    named = {part.partition('"')[0].removeprefix("./") for part in style.split('url("')[1:]}
    named = {name for name in named if not name.startswith("data:")}
    assert named
    for name in named:
        assert http.head(f"{ACE}/css/{name}").status_code == 200, name


def test_django_is_not_imported() -> None:
    script = "import sys; from kb.web import editor; assert editor.asset('ace.js'); print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_missing_files_are_told(tmp_path: object) -> None:
    script = (
        "import sys; sys.modules['django_ace'] = None\n"
        "from kb.errors import ResourceError\n"
        "from kb.web import editor\n"
        "try: editor.asset('ace.js')\n"
        "except (ResourceError, ValueError) as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "django-ace" in done.stdout
    assert "ResourceError" in done.stdout
