"""The HTML report in a real Chromium: what it shows, and what can be done with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from migcheck.reporters.base import Presentation, render
from tests.integration.html import reports
from tests.reporters.reports import FOLDER, broken

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MADE: dict[str, Callable[[], Any]] = {
    "branched": reports.branched,
    "broken": broken,
    "hostile": reports.hostile,
    "large": lambda: reports.large(200, 40),
    "huge": lambda: reports.large(500, 100),
}
ROUTES = ("#/", "#/history", "#/whole", "#/aside", "#/revision/b2", "#/revision/0004", "#/revision/nowhere")
OPEN_ALL = "document.querySelectorAll('main details').forEach(each => { each.open = true })"

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each report, written as it always is."""
    folder = tmp_path_factory.mktemp("pages")
    for name, make in MADE.items():
        render(make(), "html", Presentation(folder=Path(FOLDER)), str(folder / f"{name}.html"), None)  # type: ignore[arg-type]
    return {name: folder / f"{name}.html" for name in MADE}


@pytest.fixture
def opened(chromium: Browser, files: dict[str, Path]) -> Iterator[Open]:
    """Opens a report. Whatever it does: nothing is requested, and nothing is complained of in the console."""
    contexts, said, requested = [], [], []

    def opening(name: str, route: str = "", width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: requested.append(request.url.split("#")[0]))
        page.goto(files[name].as_uri() + route)
        return page

    yield opening
    for context in contexts:
        context.close()
    assert said == []
    assert set(requested) <= {file.as_uri() for file in files.values()}


def expect(page: Page, selector: str, count: int) -> None:
    """Wait until there are as many elements: the search waits until somebody has typed."""
    from playwright import sync_api

    sync_api.expect(page.locator(selector)).to_have_count(count)


def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


def test_the_verdict_the_history_and_the_findings_are_shown(opened: Open) -> None:
    page = opened("branched")
    assert texts(page, "h1") == ["2 of 13 revisions failed"]
    assert "postgresql 18.4 (auto)" in page.inner_text(".verdict")
    assert texts(page, ".verdict .tallies li") == [
        *("✕ 2 errors", "! 1 warning", "2 failed", "10 passed", "1 skipped", "1 suppressed"),
    ]
    rows = texts(page, ".rows li")
    assert rows[0].startswith("000d step 13") and rows[-1].startswith("0001 step 1")
    assert page.locator(".rows li", has_text="merge").count() == 2
    assert "billing" in page.inner_text(".rows li:has-text('0008')")
    shapes = [page.locator(f".graph .node.{status}").count() for status in ("passed", "failed", "skipped")]
    assert shapes == [10, 2, 1]
    assert page.locator(".graph .failed rect").count() == 2, "told apart by shape, not by colour alone"
    assert page.locator("main .finding").count() == 3
    assert texts(page, "main .finding .badge") == ["✕ error", "✕ error", "! warning"]
    page.click(".tabs a:has-text('Overall')")
    assert "the history has two heads" in page.inner_text("main")
    page.click(".tabs a:has-text('Set aside')")
    for told in ("rebuilt nightly", "env.py sets no target_metadata", "env.py calls run_migrations 2 times"):
        assert told in page.content()


def test_two_branches_have_lanes_of_their_own(opened: Open) -> None:
    page = opened("branched")
    places = page.eval_on_selector_all(".graph .node", "nodes => nodes.map(n => n.getAttribute('transform'))")
    across = [re.findall(r"[\d.]+", place)[0] for place in reversed(places)]
    assert across[1] != across[2] and across[0] == across[5] == across[6]


@pytest.mark.parametrize(
    ("label", "findings", "revisions"),
    [
        ("error 20", 20, 20),
        ("warning 10", 10, 10),
        ("failed 30", 30, 30),
        ("passed 170", 10, 170),
        ("MC301 fails-on-rows 10", 10, 10),
    ],
)
def test_each_filter_filters(opened: Open, label: str, findings: int, revisions: int) -> None:
    page = opened("large")
    assert (page.locator("main .finding").count(), page.locator(".rows li").count()) == (40, 200)
    page.get_by_label(label, exact=True).check()
    assert (page.locator("main .finding").count(), page.locator(".rows li").count()) == (findings, revisions)
    assert page.get_by_role("status").inner_text() == (
        f"{findings} of 40 findings, {revisions} of 200 revisions"
    )
    page.reload()  # the address has it
    assert page.locator("main .finding").count() == findings
    page.get_by_role("button", name="Clear filters").click()
    assert (page.locator("main .finding").count(), page.locator(".rows li").count()) == (40, 200)


def test_words_are_looked_for_everywhere_and_filters_add_up(opened: Open) -> None:
    page = opened("large")
    page.get_by_label("Search").fill("ORDERS_15 missing")
    expect(page, "main .finding", 3)  # 15, 150 and 155
    page.get_by_label(re.compile("^MC302")).check()
    assert texts(page, "main .finding h3") == ["MC302 rows-lost"] * 2
    page.get_by_label("Search").fill("DROP TABLE orders_77_1")  # a statement of a revision without findings
    page.get_by_label(re.compile("^MC302")).uncheck()
    expect(page, ".rows li", 1)
    assert "No finding matches" in page.inner_text("main")
    page.get_by_label("Search").fill("nothing has this in it")
    expect(page, ".rows li", 0)
    assert "0 of 40 findings" in page.get_by_role("status").inner_text()


def test_hidden_revisions_do_not_cut_the_graph(opened: Open) -> None:
    page = opened("branched", "#/history?result=failed,skipped")
    assert page.locator(".rows li").count() == 3
    assert page.get_attribute(".graph .edge.dashed", "d").count("M") >= 1  # type: ignore[union-attr]


def test_the_page_of_a_revision_has_all_that_is_known_of_it(opened: Open) -> None:
    page = opened("large")
    page.click(".rows a:has-text('000a')")
    assert page.url.endswith("#/revision/000a")
    assert texts(page, "main h2") == ["000a step 10: orders of the year 1810"]
    assert "000a step 10" in page.title()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert texts(page, "main .rows-of tbody tr") == ["1, before 1 NULL", "1, after 1 0"]
    assert texts(page, "main .rows-of mark") == ["NULL", "0"]
    changed = page.locator(".diff", has_text="public.orders_10")
    assert changed.locator("thead th").all_inner_texts() == ["before the upgrade", "after the upgrade"]
    assert "CREATE TABLE public.orders_10" in changed.inner_text() and "not there" in changed.inner_text()
    statements = texts(page, ".statements tbody tr")
    assert statements[0] == "CREATE TABLE orders_10_0 (id integer) line 20 1.0 ms"
    assert statements[5] == "DROP TABLE orders_10_2 (id integer) line 22 3.0 ms"
    assert texts(page, ".beside a") == ["← 0009", "000b →"]
    assert page.get_attribute(".rows a[aria-current]", "href") == "#/revision/000a"


def test_differences_stand_side_by_side_with_what_differs_marked(opened: Open) -> None:
    page = opened("large", "#/revision/0005")
    function = page.locator(".finding .diff", has_text="public.total(bigint)")
    assert function.locator("td.gone").inner_text() == "    SELECT sum(price * quantity)"
    assert function.locator("td.come").inner_text() == "    SELECT sum(net * quantity)"
    assert function.locator("mark").all_inner_texts() == ["price", "net"]


def test_back_leads_back_and_keeps_the_filter(opened: Open) -> None:
    page = opened("large")
    page.get_by_label("warning 10", exact=True).check()
    page.locator("main .finding summary").nth(8).click()
    page.locator("main .finding[open] .facts a").click()
    assert page.locator("main .revision").count() == 1
    page.go_back()
    page.wait_for_selector("main .cards")
    assert page.locator("main .finding").count() == 10
    page.go_forward()
    assert page.locator("main .revision").count() == 1
    page.goto(page.url.split("#")[0] + "#/revision/nowhere")
    assert "no such revision" in page.inner_text("main")


def test_everything_can_be_done_with_the_keyboard(opened: Open) -> None:
    page = opened("branched")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Space")
    assert page.locator("main .finding[open]").count() == 2
    page.focus(".rows a[tabindex='0']")
    assert page.locator(".rows a[tabindex='0']").count() == 1, "one stop of the tab key for the whole list"
    for key, at in (("ArrowDown", "000c"), ("End", "0001"), ("ArrowUp", "0002"), ("Home", "000d")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent").startswith(at)
    page.keyboard.press("Enter")
    assert page.locator("main .revision h2").inner_text().startswith("000d")


def test_hostile_content_is_shown_and_does_not_run(opened: Open) -> None:
    page = opened("hostile")
    for address in page.eval_on_selector_all(".rows a", "links => links.map(each => each.hash)"):
        page.evaluate("address => { location.hash = address }", address)
        page.wait_for_selector("main .revision")
        page.evaluate(OPEN_ALL)
    for route in ("#/", "#/whole", "#/aside"):
        page.evaluate("route => { location.hash = route }", route)
        page.wait_for_timeout(50)
        shown = page.inner_text("main")
        assert '<script>window.ran = "script"</script><img src=x onerror=' in shown
        assert r"\x1b[31mred\x1b[0m \x00 \x07 \u202egnp.exe \u2028 \ud800" in shown
        assert not re.search("[\x00\x07\x1b\u202e\u2028\ud800]", shown)
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, object, main script").count() == 0


def test_nothing_but_its_own_script_may_run_and_nothing_can_be_fetched(chromium: Browser, files: Any) -> None:
    page = chromium.new_page()
    page.goto(files["branched"].as_uri())
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
    }""")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("fetch('https://example.org/').then(() => 'fetched', () => 'refused')") == "refused"
    page.close()


@pytest.mark.parametrize("name", MADE)
def test_a_telephone_shows_it_without_scrolling_sideways(opened: Open, name: str) -> None:
    page = opened(name, width=360, is_mobile=True, has_touch=True)
    for route in ROUTES:
        page.evaluate("route => { location.hash = route }", route)
        page.wait_for_timeout(30)
        page.evaluate(OPEN_ALL)
        page.wait_for_timeout(30)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, route
    page.evaluate("location.hash = '#/history'")
    page.wait_for_selector(".rows a:visible")
    assert not page.is_visible("main .finding")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_keeps_anybody_from_reading_it(opened: Open, scheme: str, width: int) -> None:
    """What axe-core can check by itself of WCAG 2 and more: contrast, names, landmarks, headings."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened("branched", width=width, color_scheme=scheme, bypass_csp=True)  # axe comes as a script
    for route in ("#/", "#/history?severity=error", "#/whole", "#/aside", "#/revision/0004"):
        page.evaluate("route => { location.hash = route }", route)
        page.wait_for_timeout(30)
        page.evaluate(OPEN_ALL)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], route


@pytest.mark.parametrize(("name", "revisions"), [("large", 200), ("huge", 500)])
def test_it_is_there_at_once(opened: Open, name: str, revisions: int) -> None:
    page = opened(name)
    assert page.locator(".rows li").count() == revisions
    seconds = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") / 1000
    assert seconds < 3  # 0.2 on a quiet machine: nothing here may depend on a busy one
    took = page.evaluate("""async () => {
        const begun = performance.now();
        document.querySelector(".choice input").click();
        await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - begun;
    }""")
    assert took < 2000


def test_dark_and_light_by_the_system_or_by_choice(opened: Open) -> None:
    def shade(page: Page) -> int:
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", color)[:3]))

    light, dark = opened("branched", color_scheme="light"), opened("branched", color_scheme="dark")
    assert shade(light) > 600 > 150 > shade(dark)
    button = light.get_by_role("button", name="Colours: automatic")
    button.click()
    assert shade(light) < 150
    light.reload()
    assert shade(light) < 150
    light.get_by_role("button", name="Colours: dark").click()
    assert shade(light) > 600


def test_on_paper_every_finding_is_open(opened: Open) -> None:
    page = opened("large")
    page.evaluate("""addEventListener('beforeprint', () => {
        window.opened = document.querySelectorAll('main .finding[open] .facts').length;
    })""")
    assert page.pdf()[:5] == b"%PDF-"
    assert page.evaluate("window.opened") == 40
    assert page.locator("main .finding[open]").count() == 0, "and closed again"
    page.emulate_media(media="print")
    assert not page.is_visible(".filters") and not page.is_visible(".tabs")
    assert page.is_visible(".rows .status")


def test_without_javascript_the_findings_can_be_read(opened: Open) -> None:
    page = opened("hostile", java_script_enabled=False)
    shown = page.inner_text("main")
    assert "2 of 3 revisions failed" in shown and '<script>window.ran = "script"</script>' in shown
    assert page.locator("article").count() == 4 and page.locator("img").count() == 0
