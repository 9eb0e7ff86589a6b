"""A dashboard that answers on a port of its own, over publications that tests make of the sample company's."""

from __future__ import annotations

import http.client
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
import uvicorn

from orchestration.dashboard.server import app
from orchestration.publishing.publication import switch
from tests.end_to_end.conftest import sample  # noqa: F401


class Text(HTMLParser):
    """What a page shows: its tables by the id of their section, its links, and all its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.links: list[str] = []
        self.words: list[str] = []
        self.section = ""
        self.is_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "section":
            self.section = given.get("id") or ""
        if tag == "table":
            self.tables.setdefault(self.section, [])
        if tag == "tr":
            self.tables[self.section].append([])
        if tag in ("td", "th"):
            self.is_cell = True
            self.tables[self.section][-1].append("")
        if tag == "a":
            self.links.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.is_cell = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.is_cell:
            self.tables[self.section][-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def rows(self, section: str) -> dict[str, list[str]]:
        """The rows below the header, by their first cell."""
        return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in self.tables[section][1:]}


@dataclass
class Answer:
    """An answer of the dashboard."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def page(self) -> Text:
        return Text(self.body)


@dataclass
class Site:
    """A running dashboard."""

    address: str

    def get(self, path: str, host: str | None = None) -> Answer:
        split = urlsplit(self.address)
        connection = http.client.HTTPConnection(split.hostname, split.port, timeout=30)
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)


@contextmanager
def running(published: Path, hosts: list[str] | None = None) -> Iterator[Site]:
    """The dashboard of a folder, on a free port."""
    server = uvicorn.Server(uvicorn.Config(app(published, hosts), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    (port,) = (socket.getsockname()[1] for each in server.servers for socket in each.sockets)
    try:
        yield Site(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join()


def published_again(source: Path, published: Path, name: str, *statements: str) -> Path:
    """A copy of a publication with something changed, switched to as a run does."""
    folder = published / name
    folder.mkdir(parents=True)
    shutil.copyfile(source, folder / "apportion.duckdb")
    with duckdb.connect(str(folder / "apportion.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)
    switch(published, folder)
    return folder


@pytest.fixture(scope="session")
def site(sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:  # noqa: F811
    """The dashboard of the sample company, of a copy: a process opens a file in one way only, and this one locked."""
    published = tmp_path_factory.mktemp("dashboard") / "published"
    published_again(sample.current.resolve(), published, sample.current.resolve().parent.name)
    shutil.copytree(sample.published / "data_quality", published / "data_quality")
    with running(published) as running_site:
        yield running_site


@pytest.fixture
def changed(sample, tmp_path: Path) -> Callable[..., Path]:  # noqa: F811
    """Publishes the sample company with something changed; returns the published folder."""
    number = iter(range(1, 100))

    def publish(*statements: str) -> Path:
        name = f"20261001T0000{next(number):02}000000Z"
        published_again(sample.current.resolve(), tmp_path / "published", name, *statements)
        return tmp_path / "published"

    return publish
