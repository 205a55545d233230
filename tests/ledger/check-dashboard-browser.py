#!/usr/bin/python3
# check-dashboard-browser.py: the operator's dashboard in a real browser
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from dashboard_books import HOSTILE, fill, read_token
from ledger_client import Key, Ledger, now_ms

PROGRAM, PHOTOS = sys.argv[1], os.path.abspath(sys.argv[2])
PAGES = {"overview": "/", "keys": "/dashboard/keys", "refusals": "/dashboard/refusals",
         "review": "/dashboard/review"}
LIMIT_S = 30


class Browser:
    def __init__(self, folder, url, scripts=True):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", "--user-data-dir=" + folder):
            options.add_argument(argument)
        if not scripts:
            options.add_experimental_option(
                "prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(60)
        self.url = url

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, path):
        self.driver.get(self.url + path)

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def wait_for(self, word):
        WebDriverWait(self.driver, LIMIT_S).until(lambda _: word in self.text(), word)

    def set_size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def set_look(self, look):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": look}]})

    def photograph(self, name):
        self.driver.save_screenshot(os.path.join(PHOTOS, f"dashboard-{name}.png"))

    def complaints(self):
        """What the console says that is not about a form's convenience."""
        return [line for line in self.driver.get_log("browser")
                if line["level"] != "DEBUG" and "401 (Unauthorized)" not in line["message"]]


def photographs(browser):
    for look in ("light", "dark"):
        browser.set_look(look)
        for name, path in PAGES.items():
            for width in (1200, 390) if look == "light" else (1200,):
                browser.set_size(width, 900)
                browser.open(path)
                size = browser.driver.execute_script(
                    "return [document.documentElement.scrollWidth,"
                    " document.documentElement.scrollHeight]")
                assert size[0] <= width, f"{name} is {size[0]} wide on {width}"
                browser.set_size(width, min(size[1], 2000))
                browser.photograph(f"{name}-{look}-{width}")


def test_in_a_browser(folder):
    """Signing in, all pages in all looks, freezing and unfreezing, and what is new by itself."""
    token_file = os.path.join(folder, "token")
    ledger = Ledger(PROGRAM, folder, "--quiet", "--admin-token-file", token_file)
    _, fast, _ = fill(ledger, 25)
    with Browser(os.path.join(folder, "chrome"), "http://127.0.0.1:%d" % ledger.port) as browser:
        driver = browser.driver
        browser.open("/")
        driver.find_element(By.ID, "token").send_keys("x" * 40)
        driver.find_element(By.TAG_NAME, "button").click()
        browser.wait_for("That is not this ledger’s token")
        browser.photograph("wrong-token")
        driver.find_element(By.ID, "token").send_keys(read_token(token_file))
        driver.find_element(By.TAG_NAME, "button").click()
        browser.wait_for("Recent sessions")

        # Somebody else's session is seen without a hand's turn.
        name = Key().session(now_ms() - 3000, 2, 31337000)
        assert ledger.submit(name)[0] == 200
        browser.wait_for("31.3 MB")

        browser.open("/dashboard/review")
        article = driver.find_element(By.XPATH, "//article[h3='Unusually fast']")
        article.find_element(By.NAME, "reason").send_keys(HOSTILE)
        article.find_element(By.TAG_NAME, "button").click()
        browser.wait_for("Nothing is credited to the key from now on")
        browser.wait_for(HOSTILE)
        assert ledger.submit(fast.session(now_ms() - 60000))[1]["rule"] == "frozen"
        photographs(browser)
        browser.set_size(1200, 900)

        browser.open("/dashboard/review")
        article = driver.find_element(By.XPATH, "//article[.//button='Unfreeze']")
        article.find_element(By.NAME, "reason").send_keys("it was fibre")
        article.find_element(By.TAG_NAME, "button").click()
        browser.wait_for("No key is frozen.")
        assert ledger.submit(fast.session(now_ms() - 30000))[0] == 200
        assert "owned" not in driver.title

        driver.find_element(By.XPATH, "//button[.='Sign out']").click()
        browser.wait_for("Operator’s token")
        assert not browser.complaints(), browser.complaints()
    assert ledger.stop() == 0


def test_without_scripts(folder):
    ledger = Ledger(PROGRAM, folder, "--quiet", "--dashboard", "127.0.0.1:0")
    fill(ledger)
    with Browser(os.path.join(folder, "chrome"), ledger.dashboard, scripts=False) as browser:
        for path, word in (("/", "Totals"), ("/dashboard/review", "Unusually fast")):
            browser.open(path)
            assert word in browser.driver.page_source, path
        article = browser.driver.find_element(By.XPATH, "//article[h3='Exactly alike']")
        article.find_element(By.NAME, "reason").send_keys("a copy")
        article.find_element(By.TAG_NAME, "button").click()
        WebDriverWait(browser.driver, LIMIT_S).until(
            lambda driver: "from now on" in driver.page_source)
    assert ledger.stop() == 0


def main():
    os.makedirs(PHOTOS, exist_ok=True)
    for test in (test_in_a_browser, test_without_scripts):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
        print("ok", test.__name__, flush=True)


if __name__ == "__main__":
    main()
