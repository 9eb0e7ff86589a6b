"""The pages in a real browser, on a laptop and a phone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.dashboard.browser import LAPTOP, MISSING, PHONE, browsing, is_there, resize, theme
from tests.dashboard.conftest import running
from tests.dashboard.test_told import doubled

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not is_there(), reason=MISSING)]

PAGES = [
    "/",
    "/team?team=search",
    "/project?project=shelf-scan",
    "/shared",
    "/shared/explanation?pool=observability&team=search",
    "/explore?rows=project_id&columns=cost_component",
    "/trust",
]


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(downloads: Path) -> Iterator[webdriver.Chrome]:
    with browsing(downloads) as opened:
        yield opened


def errors(browser: webdriver.Chrome) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser")]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_without_an_error_and_fits_its_screen(site, browser, path: str) -> None:
    for name, size in (("light", LAPTOP), ("dark", PHONE)):
        theme(browser, name)
        resize(browser, *size)
        browser.get(site.address + path)
        assert errors(browser) == []
        width = browser.execute_script("return document.documentElement.scrollWidth")
        assert width <= size[0], f"{path} is {width} wide on a screen of {size[0]}"
        for chart in browser.find_elements(By.CSS_SELECTOR, ".chart svg"):
            assert chart.size["height"] > 100 and chart.size["width"] <= size[0]
            fill = chart.find_element(By.CSS_SELECTOR, "[aria-label][fill^=var]").value_of_css_property("fill")
            assert fill.startswith("rgb"), "a color of the style sheet reaches the drawing"


def test_a_choice_answers_and_the_link_keeps_it(site, browser) -> None:
    resize(browser, *LAPTOP)
    browser.get(f"{site.address}/explore")
    chosen = {"rows": "cost_component", "columns": "none", "team_id": "search"}
    for name, value in chosen.items():
        form = browser.find_element(By.CSS_SELECTOR, "form.asking")
        Select(form.find_element(By.NAME, name)).select_by_value(value)
        WebDriverWait(browser, 10).until(lambda open_, name=name, value=value: f"{name}={value}" in open_.current_url)
    link, shown = browser.current_url, browser.find_element(By.ID, "pivot").text
    assert "team search" in shown and "team_id=search" in link and "provider_name" not in link
    browser.get(f"{site.address}/trust")
    browser.get(link)
    assert browser.find_element(By.ID, "pivot").text == shown
    assert Select(browser.find_element(By.NAME, "team_id")).first_selected_option.get_attribute("value") == "search"
    browser.find_element(By.LINK_TEXT, "Reset").click()
    WebDriverWait(browser, 10).until(lambda open_: open_.current_url.endswith("/explore"))
    assert errors(browser) == []


def test_the_way_back_leads_to_the_choices_of_its_numbers(site, browser) -> None:
    """A browser keeps a page as it was left: with what was chosen there last, and without what was not asked for."""
    resize(browser, *LAPTOP)
    browser.get(f"{site.address}/explore")
    Select(browser.find_element(By.NAME, "rows")).select_by_value("cost_component")
    WebDriverWait(browser, 10).until(lambda open_: "rows=cost_component" in open_.current_url)
    browser.back()
    WebDriverWait(browser, 10).until(lambda open_: open_.current_url.endswith("/explore"))
    assert browser.find_element(By.CSS_SELECTOR, "#pivot h2").text == "By team and month"
    assert Select(browser.find_element(By.NAME, "rows")).first_selected_option.get_attribute("value") == "team_id"
    Select(browser.find_element(By.NAME, "provider_name")).select_by_value("AWS")
    WebDriverWait(browser, 10).until(lambda open_: "provider_name=AWS" in open_.current_url)


def test_a_choice_by_keyboard_is_sent_by_its_button(site, browser) -> None:
    """Sent at every arrow, the third month could not be reached: the page and its focus were gone at the second."""
    resize(browser, *LAPTOP)
    browser.get(f"{site.address}/")
    month, button = browser.find_element(By.NAME, "month"), browser.find_element(By.CSS_SELECTOR, "form.asking button")
    assert not button.is_displayed()
    month.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert browser.current_url == f"{site.address}/" and button.is_displayed()
    month.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda open_: "month=2026-07" in open_.current_url)
    assert errors(browser) == []


def test_a_click_on_a_payer_explains_down_to_files(site, browser) -> None:
    browser.get(f"{site.address}/shared")
    browser.find_element(By.CSS_SELECTOR, "#payers-observability tbody a").click()
    WebDriverWait(browser, 10).until(lambda open_: open_.find_elements(By.ID, "deliveries"))
    assert "focus/aws/2026-09" in browser.find_element(By.ID, "deliveries").text


def test_a_download_arrives(site, browser, downloads: Path) -> None:
    browser.get(f"{site.address}/")
    browser.find_element(By.CSS_SELECTOR, "#teams .download").click()
    file = downloads / "apportion-overview-teams-2026-09-USD.csv"
    until = time.monotonic() + 10
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.05)
    lines = file.read_text().splitlines()
    assert lines[0].startswith("team_id,direct_cost,shared_cost,total_cost") and len(lines) > 10


def test_a_new_publication_is_there_on_the_next_look(browser, changed) -> None:
    published = changed()
    with running(published) as site:
        browser.get(f"{site.address}/")
        before = browser.find_element(By.CSS_SELECTOR, ".fact dd").text
        changed(*doubled())
        browser.refresh()
        after = browser.find_element(By.CSS_SELECTOR, ".fact dd").text
        assert before != after and errors(browser) == []
