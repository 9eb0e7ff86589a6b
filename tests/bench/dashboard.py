"""How long a page takes in a real browser: twelve months of the sample company, or any publication.

The first view of a page is the first of its kind that a freshly started dashboard answers, from the start of the
navigation to the end of the load event. A filter's answer is a choice in a page that is open, and no other
has made before. With `--screenshots` every page is kept in docs/images, light and dark.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from orchestration.project import ROOT
from orchestration.publishing.refusal import refusal
from tests.bench.report import HEADER, Figure
from tests.conftest import apportion
from tests.dashboard.browser import LAPTOP, MISSING, PHONE, browsing, is_there, resize, theme

FIRST_VIEW, FILTER = 1.5, 0.3
MONTHS = 12
PAGE = ROOT / "docs" / "dashboard.md"
IMAGES = ROOT / "docs" / "images"
FIGURES = re.compile(r"(<!-- figures of make bench-dashboard -->\n).*?(<!-- end -->)", re.DOTALL)
# Of a page of many screens the first ones are enough.
TALLEST = 960

PAGES = {
    "overview": "/",
    "team": "/team?team=search",
    "project": "/project?project=shelf-scan",
    "shared": "/shared",
    "explanation": "/shared/explanation?pool=observability&team=search",
    "explore": "/explore?rows=project_id&columns=cost_component",
    "trust": "/trust",
}
# Below the first screen of a page.
PARTS = {"movers": "/team?team=search#budgets"}
# Page, choice, and what is chosen one after the other.
FILTERS = {
    "overview, month": ("/", "month", ["2026-08", "2026-07", "2026-06", "2026-05", "2026-04"]),
    "team, team": ("/team?team=search", "team", ["language", "speech", "robotics", "risk", "research"]),
    "team, month": ("/team?team=search", "month", ["2026-08", "2026-07", "2026-06", "2026-05", "2026-04"]),
    "project, project": (
        "/project?project=shelf-scan",
        "project",
        ["lane-vision", "home-feed", "grasp-planner", "fraud-scoring", "feature-store"],
    ),
    "shared, month": ("/shared", "month", ["2026-08", "2026-07", "2026-06", "2026-05", "2026-04"]),
    "explore, provider": (
        "/explore?from=2025-10",
        "provider_name",
        ["AWS", "Microsoft", "Nebula Compute", "Frontier Models", "internal"],
    ),
    "trust, month": ("/trust", "month", ["2026-08", "2026-07", "2026-06", "2026-05", "2026-04"]),
}


def published(months: int) -> Path:
    """The sample company of so many months, published; kept, for it takes minutes."""
    base = ROOT / ".apportion" / f"bench-dashboard-{months}"
    folder = base / "published"
    if not (folder / "current").exists() or refusal(folder):
        apportion("sample", "--to", base / "exports", "--months", months)
        options = ["--exports", base / "exports", "--policy", base / "exports" / "policy"]
        apportion("run", *options, "--warehouse", base / "apportion.duckdb", "--published", folder)
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The real command, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [ROOT / ".venv" / "bin" / "apportion", "dashboard", "--published", folder, "--port", str(port)]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        # Whoever starts it does not open a page within the same second.
        time.sleep(2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def seconds(browser: webdriver.Chrome) -> float:
    """From the start of the navigation to the end of the load event, by the browser's own clock."""
    script = "return window.isLeft ? 0 : performance.getEntriesByType('navigation')[0].loadEventEnd"
    return WebDriverWait(browser, 30, 0.005).until(lambda open_: open_.execute_script(script)) / 1000


def first_views(folder: Path, browser: webdriver.Chrome, times: int) -> list[Figure]:
    """The slowest of several first views of each page, each of a dashboard that was just started."""
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    for _ in range(times):
        with serving(folder) as address:
            for name, path in PAGES.items():
                browser.get("about:blank")
                browser.get(address + path)
                taken[name].append(seconds(browser))
    return [Figure(f"{name}, first view", max(found), "s", FIRST_VIEW) for name, found in taken.items()]


def answers(folder: Path, browser: webdriver.Chrome) -> list[Figure]:
    """The slowest answer to each filter."""
    figures = []
    with serving(folder) as address:
        for name, (path, field, values) in FILTERS.items():
            browser.get(address + path)
            taken = []
            offered = {option.get_attribute("value") for option in Select(choice(browser, field)).options}
            for value in [value for value in values if value in offered]:
                # So that the page that is left is not measured again.
                browser.execute_script("window.isLeft = true")
                Select(choice(browser, field)).select_by_value(value)
                taken.append(seconds(browser))
            figures.append(Figure(f"{name}: a filter answers", max(taken), "s", FILTER))
    return figures


def choice(browser: webdriver.Chrome, field: str):
    found = browser.find_elements(By.CSS_SELECTOR, f"form.asking select[name='{field}']")
    if not found:
        sys.exit(f"{browser.current_url} has no choice of {field}: {browser.find_element(By.TAG_NAME, 'main').text}")
    return found[0]


def screenshots(folder: Path, browser: webdriver.Chrome) -> None:
    """Every page in both themes, and the first on a phone."""
    IMAGES.mkdir(exist_ok=True)
    with serving(folder) as address:
        for name, path in (PAGES | PARTS).items():
            for kind in ("light", "dark"):
                kept(browser, address + path, kind, LAPTOP, IMAGES / f"dashboard-{name}-{kind}.png")
        kept(browser, f"{address}/", "light", PHONE, IMAGES / "dashboard-phone.png")


def kept(browser: webdriver.Chrome, address: str, kind: str, size: tuple[int, int], file: Path) -> None:
    theme(browser, kind)
    resize(browser, *size)
    browser.get(address)
    height = browser.execute_script("return document.documentElement.scrollHeight")
    resize(browser, size[0], min(height, TALLEST))
    browser.save_screenshot(str(file))
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KB, page of {height} pixels")


def table(figures: list[Figure]) -> str:
    """The figures as Markdown, and what they were measured on."""
    load = f"{os.getloadavg()[0]:.1f}"
    lines = [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load average at the end {load}"
        f" (of a machine that has nothing else to do it is below 2), Python {platform.python_version()}:",
        "",
        f"| {' | '.join(HEADER)} |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {f.name} | {f.measured:.2f} {f.unit} | {f.limit:.1f} {f.unit} | {'yes' if f.is_met else 'NO'} |"
            for f in figures
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--published", type=Path, help="measure this publication, and write no page")
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--times", type=int, default=3, help="how often the dashboard is started anew")
    parser.add_argument("--screenshots", action="store_true", help="only write docs/images")
    arguments = parser.parse_args()
    if not is_there():
        sys.exit(MISSING)
    folder = arguments.published or published(arguments.months)
    with tempfile.TemporaryDirectory() as downloads, browsing(Path(downloads)) as browser:
        if arguments.screenshots:
            screenshots(folder, browser)
            return
        resize(browser, *LAPTOP)
        figures = [*first_views(folder, browser, arguments.times), *answers(folder, browser)]
    found = table(figures)
    print(found)
    if arguments.published is None and PAGE.exists():
        PAGE.write_text(FIGURES.sub(lambda block: f"{block[1]}\n{found}\n{block[2]}", PAGE.read_text()))
    if not all(figure.is_met for figure in figures):
        sys.exit("a limit is not met")


if __name__ == "__main__":
    main()
