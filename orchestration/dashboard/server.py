"""`apportion dashboard`: a page is one answer, and its link is its whole state."""

from __future__ import annotations

import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from orchestration.dashboard import charts, words
from orchestration.dashboard.asking import Asked, Unknown, Wrong, notes
from orchestration.dashboard.pages import DIMENSIONS, Page, explanation, explore, overview, project, shared, team, trust
from orchestration.dashboard.publication import NothingPublished, NotReadable, Publication, Publications

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Maker = Callable[[Publication, Asked], Page]

PAGES: dict[str, tuple[str, Maker]] = {
    "/": ("Overview", overview.page),
    "/team": ("Team", team.page),
    "/project": ("Project", project.page),
    "/shared": ("Shared costs", shared.page),
    "/explore": ("Explore", explore.page),
    "/trust": ("Trust", trust.page),
}
UNLISTED: dict[str, tuple[str, Maker]] = {"/shared/explanation": ("Explanation", explanation.page)}

# Nothing from elsewhere, nothing that a page did not come with.
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline';"
    " script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
# The data-quality pages bring their own style.
QUALITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


def environment(*folders: Path) -> Environment:
    """Templates that escape whatever they are given, and fail where a name is missing; `folders` hold more of them."""
    templates = Environment(
        loader=FileSystemLoader([HERE / "templates", *folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {"words": words, "link": words.link, "pages": PAGES, "dimensions": DIMENSIONS}
    return templates


class Dashboard:
    """The pages of one published folder."""

    def __init__(self, published: Path) -> None:
        self.publications = Publications(published)
        self.templates = environment()

    def answer(self, request: Request, maker: Maker, path: str) -> Response:
        """A page, or one of its tables as a file."""
        publication = self.publications.current()
        asked = Asked(request.query_params)
        page = maker(publication, asked)
        wanted = asked.text("csv")
        if wanted is None:
            return self.html(request, page, publication, path, asked)
        table = page.table(wanted)
        if table is None:
            raise Unknown(f"This page has no table {words.name_words(wanted)}.")
        what = [path.strip("/").replace("/", "-") or "overview", asked.text("team"), asked.text("project"), wanted]
        state = [page.state[key] for key in ("month", "from", "until", "currency") if key in page.state]
        name = "-".join(["apportion", *(file_name(part) for part in [*what, *state] if part)])
        disposition = {"content-disposition": f'attachment; filename="{name}.csv"'}
        return Response(table.csv(), media_type="text/csv; charset=utf-8", headers=HEADERS | disposition)

    def html(self, request: Request, page: Page, publication: Publication, path: str, asked: Asked) -> HTMLResponse:
        period = page.shows.get("period")
        parameters = {name: value for name, value in request.query_params.items() if value and name != "csv"}

        def same_page(**changes: object) -> str:
            return words.link(path, **(page.state | parameters | changes))

        text = self.templates.get_template(page.template).render(
            page=page,
            path=path,
            parameters=parameters,
            same_page=same_page,
            state=publication.state(),
            months=offered(publication, period),
            notes=notes(publication, asked, period) if period else [],
            **page.shows,
        )
        return HTMLResponse(text, headers=HEADERS)

    def told(self, path: str, status: int, title: str, message: str) -> HTMLResponse:
        """A plain message in the place of a page."""
        try:
            state = self.publications.current().state()
        except (NothingPublished, NotReadable, duckdb.Error):
            state = None
        template = self.templates.get_template("message.html")
        shows = {"title": title, "message": message, "path": path, "state": state}
        return HTMLResponse(template.render(**shows), status, HEADERS)

    def endpoint(self, path: str, maker: Maker) -> Callable[[Request], Response]:
        def answered(request: Request) -> Response:
            try:
                return self.answer(request, maker, path)
            except Wrong as error:
                return self.told(path, 400, "This link is not right", f"{sentence(error)}")
            except Unknown as error:
                return self.told(path, 404, "Not there", str(error))
            except NothingPublished as error:
                return self.told(path, 503, "Nothing is published yet", str(error))
            except NotReadable as error:
                return self.told(path, 503, "This publication cannot be read", str(error))
            except duckdb.CatalogException as error:
                print(f"dashboard: {request.url.path}: {error}", file=sys.stderr, flush=True)
                return self.told(
                    path,
                    503,
                    "This publication is of another version",
                    "Run `apportion run` again, and look here then.",
                )
            except Exception:
                traceback.print_exc()
                words_ = "The page could not be made; the terminal of the dashboard says why. No number is shown."
                return self.told(path, 500, "Something is broken", words_)

        return answered

    def quality(self, request: Request) -> Response:
        return RedirectResponse("/quality/index.html")

    def missing(self, request: Request, error: HTTPException) -> Response:
        return self.told("", error.status_code, "Not there", "There is no such page.")


class QualityPages(StaticFiles):
    """The pages of Great Expectations, which may come after the dashboard was started."""

    def file_response(self, *arguments: object, **options: object) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers.update(HEADERS | {"content-security-policy": QUALITY_POLICY})
        return response

    async def check_config(self) -> None:
        """No folder yet is no mistake: then there is no page."""


def offered(publication: Publication, period: object) -> list[dict]:
    """The months to choose from: those that were delivered, and the one that is shown."""
    shown = getattr(period, "month", None)
    months = dict.fromkeys(row["month"] for row in publication.months if row["is_delivered"] or row["month"] == shown)
    return [{"month": month, "words": words.month_words(month)} for month in months]


def file_name(text: str) -> str:
    """A table's key as a part of a file name, whatever a pool is called."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in text)[:60]


def sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def app(published: Path, hosts: list[str] | None = None) -> Starlette:
    """The dashboard of a published folder. With `hosts` only requests to these names are answered."""
    dashboard = Dashboard(published)
    routes = [
        *(Route(path, dashboard.endpoint(path, maker)) for path, (_, maker) in (PAGES | UNLISTED).items()),
        Mount("/static", StaticFiles(directory=HERE / "static")),
        Route("/quality", dashboard.quality),
        Mount("/quality", QualityPages(directory=published / "data_quality", check_dir=False)),
    ]
    # Another site that resolves to this machine must not read along.
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=hosts)] if hosts else []
    handlers = {404: dashboard.missing, 405: dashboard.missing}
    return Starlette(routes=routes, middleware=middleware, exception_handlers=handlers)


class NotServed(Exception):
    """The address cannot be answered on. Says why, and what to do."""


def listening(host: str, port: int) -> socket.socket:
    """The place to answer on, taken before it is announced."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # Of a name that has both, the kind of address that everybody tries.
        family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)
        place = socket.socket(family)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(address)
        return place
    except OSError as error:
        raise NotServed(
            f"the dashboard cannot answer on {host}, port {port}: {error.strerror or error};"
            " end what answers there, or name another --port or --host"
        ) from error


def serve(published: Path, host: str, port: int) -> None:
    """Answer until interrupted. Raises `NotServed` where that cannot be."""
    import uvicorn

    place = listening(host, port)
    threading.Thread(target=charts.warm_up, daemon=True).start()
    is_loopback = host in LOOPBACK
    served = app(published, [*LOOPBACK, "[::1]"] if is_loopback else None)
    shown = f"[{host}]" if ":" in host else host
    print(f"dashboard of {published}: http://{shown}:{port}/  (Ctrl+C ends it)", flush=True)
    if not is_loopback:
        print("note: everybody who reaches this address can read all costs", file=sys.stderr, flush=True)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(served, log_level="warning", access_log=False)).run(sockets=[place])
