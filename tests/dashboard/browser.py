"""A real headless browser from the distribution's packages, or the sentence that says that there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

MISSING = "there is no browser: apt-get install -y chromium chromium-driver"
LAPTOP, PHONE = (1280, 800), (390, 844)


def is_there() -> bool:
    """Whether the browser and its driver are installed."""
    return all(shutil.which(program) for program in ("chromium", "chromedriver"))


@contextmanager
def browsing(downloads: Path) -> Iterator[webdriver.Chrome]:
    """A browser without a window, a network of its own and a profile that is thrown away."""
    options = webdriver.ChromeOptions()
    # Containers have neither a sandbox nor a large /dev/shm.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield browser
    finally:
        browser.quit()


def resize(browser: webdriver.Chrome, width: int, height: int) -> None:
    """As a screen of that size sees it."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def theme(browser: webdriver.Chrome, name: str) -> None:
    """`light` or `dark`, as the system would say."""
    features = {"features": [{"name": "prefers-color-scheme", "value": name}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", features)
