"""Uses the pages of ganvas serve as a person would: browse.py ADDRESS PHOTOGRAPH. By WebDriver, without a library."""

# SPDX-License-Identifier: Apache-2.0
import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.driver.stdout:  # "ChromeDriver was started successfully on port 12345."
            if "successfully on port" in line:
                self.base = "http://127.0.0.1:" + line.rsplit(" ", 1)[1].strip().rstrip(".")
                break
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base += "/session/" + answer["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.base + path, method=method, data=data)) as answer:
            return json.load(answer)["value"]

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def run(self, script):
        return self.call("POST", "/execute/sync", {"script": script, "args": []})

    def wait_for(self, condition):
        end = time.monotonic() + 30
        while not self.run("return " + condition):
            if time.monotonic() > end:
                raise SystemExit(f"never came: {condition}; the page says: {self.run('return document.body.innerText')}")

    def element(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.call("POST", f"/element/{self.element(selector)}/click", {})

    def type(self, selector, text):
        self.call("POST", f"/element/{self.element(selector)}/value", {"text": text})

    def complaints(self):
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def end(self):
        self.call("DELETE", "")
        self.driver.terminate()


def watch(browser):
    browser.wait_for("document.querySelectorAll('#charts canvas').length > 3")
    browser.wait_for("document.getElementById('sheet').naturalWidth > 100")
    assert browser.run("return document.getElementById('chosen').textContent") == "ring"
    assert browser.run("return location.hash") == "", "the token stays in the address"


def play(browser, photograph):
    browser.type("#file", photograph)
    browser.wait_for("!document.getElementById('run').disabled")
    browser.click("#run")
    browser.wait_for("!document.getElementById('save').hidden || !document.getElementById('complaint').hidden")
    factor = browser.run("const [a, b] = ['before', 'after'].map(id => document.getElementById(id).naturalWidth); return b / a")
    assert factor == 4, f"{factor} times as large"
    assert browser.run("return document.getElementById('save').download").endswith("-upscale.png")


def learn(browser):
    browser.wait_for("document.querySelectorAll('.says')[1]?.textContent.length > 20")
    browser.click("#step")
    browser.wait_for("document.getElementById('time-text').textContent === 'step 1'")
    browser.click("#play")
    browser.wait_for("Number(document.getElementById('time-text').textContent.slice(5)) > 60")
    browser.click("#play")
    browser.run("const time = document.getElementById('time'); time.value = 0; time.dispatchEvent(new Event('input'))")
    assert browser.run("return document.getElementById('time-text').textContent") == "step 0"


def main():
    address, photograph = sys.argv[1:]
    browser = Browser()
    try:
        browser.open(address)
        watch(browser)
        for page, use in (("playground", lambda: play(browser, photograph)), ("lab", lambda: learn(browser))):
            browser.open(urllib.parse.urljoin(address, page))
            use()
        complaints = browser.complaints()
        assert not complaints, complaints
    finally:
        browser.end()


if __name__ == "__main__":
    main()
