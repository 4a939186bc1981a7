"""The report's page: complete, self-contained, safe with other people's text, and readable."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from reports import AT, BUILT, FAILED, PASSED, USD, report_of, with_currencies

from command.report.comparison import AmountChange, Comparison, RowChange
from command.report.figures import Share
from command.report.page import LATEST_PAGE, TEMPLATES, layers_of, render_page, write_page
from command.report.unclean import ReasonCount, Unclean
from ingest.result import NotLoaded, TableResult
from saleslake.lake import Lake

EVIL = '<script>alert(\'x\')</script>"><img src=x onerror="alert(1)">&amp;'
VOID = {"meta", "link", "img", "br"}
Attributes = dict[str, str | None]


class Page(HTMLParser):
    """The page's elements in order, its text, and whether every element is closed in its place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, Attributes]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data

    def attributes(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def evil_page() -> str:
    """A page in which every text that comes from files, data or messages is hostile."""
    landed = TableResult("crm", "cust_info", files_loaded=1, failure=EVIL, new_columns=[EVIL])
    landed.set_aside.append(NotLoaded(f"crm/{EVIL}.csv", EVIL))
    landed.duplicates.append(EVIL)
    failed = replace(FAILED, name=EVIL, message=EVIL)
    report = report_of((BUILT, PASSED, failed), landed)
    share = (Share(EVIL, Decimal(5)),)
    usd = replace(USD, currency_code=EVIL, by_country=share, by_category=share, by_month=share)
    reasons = (ReasonCount(EVIL, EVIL, EVIL, EVIL, EVIL, 1),)
    change = AmountChange("revenue", EVIL, Decimal(1), Decimal(2))
    report = replace(
        with_currencies(report, usd),
        ignored=(NotLoaded(EVIL, EVIL),),
        set_aside=(NotLoaded(EVIL, EVIL),),
        unclean=Unclean(reasons, reasons, reasons),
        changes=Comparison("run-0", AT, (change,), (RowChange(EVIL, 1, 2),)),
        landing=EVIL,
        lake=EVIL,
        next_steps=(EVIL,),
        versions={EVIL: EVIL},
        verdict=EVIL,
    )
    return render_page(report)


def good_page() -> Page:
    landed = TableResult("crm", "cust_info", files_loaded=1, rows_read=18_494, rows_loaded=18_494)
    return Page(render_page(report_of((BUILT, PASSED), landed)))


def test_hostile_text_is_shown_and_does_nothing(evil_page: str) -> None:
    page = Page(evil_page)
    assert page.open == []
    assert page.text.count(EVIL) > 20
    assert not page.attributes("script")
    assert not page.attributes("img")
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    for tag, attributes in page.elements:
        assert EVIL not in [v for k, v in attributes.items() if k not in {"aria-label"}], tag


def test_nothing_comes_from_outside(evil_page: str) -> None:
    page = Page(evil_page)
    links = [value for _, a in page.elements for k, value in a.items() if k in {"href", "src"}]
    assert links
    assert all(link is not None and link.startswith(("#", "data:")) for link in links)
    assert "url(" not in evil_page
    assert "@import" not in evil_page
    policies = [a["content"] for a in page.attributes("meta") if "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_links_lead_to_sections() -> None:
    page = good_page()
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {f"#{name}" for name in ids if name} >= {a["href"] for a in page.attributes("a")}


def test_verdict_and_next_steps_come_first_then_the_figures() -> None:
    page = good_page()
    assert page.open == []
    order = ["1 table built, 1 test passed.", "Next", "make docs", "29,356,250", "18,494", "39.8%"]
    places = [page.text.index(words) for words in order[:4]]
    assert places == sorted(places)
    assert all(words in page.text for words in order)
    for words in ("No key.", "9,177", "5.3 MB", "2014-01-28", "left out", "fact_sales"):
        assert words in page.text


def test_headings_tables_and_drawings_are_accessible() -> None:
    page = good_page()
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.attributes("html") == [{"lang": "en"}]
    assert all("scope" in attributes for attributes in page.attributes("th"))
    for attributes in page.attributes("svg"):
        assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")


def test_a_month_that_is_not_complete_is_said_in_words() -> None:
    html = render_page(report_of((BUILT, PASSED), TableResult("crm", "cust_info")))
    assert "<title>2014-01 (not complete): 45,642</title>" in html
    assert "not complete: the month\N{RIGHT SINGLE QUOTATION MARK}s last day" in html
    whole = replace(USD, by_month=USD.by_month[:1])
    report = with_currencies(report_of((BUILT,), TableResult("crm", "cust_info")), whole)
    assert "not complete" not in render_page(report)


def test_a_failed_run_says_what_failed_before_anything_else() -> None:
    page = Page(render_page(report_of((BUILT, FAILED), TableResult("crm", "cust_info"))))
    assert "Got 3 results,\n  not 0" in page.text
    assert page.text.index("Failed test") < page.text.index("29,356,250")
    assert [a for a in page.attributes("svg") if a.get("aria-label") == "Failed"]


def test_each_currency_has_its_own_figures() -> None:
    euro = replace(USD, currency_code="EUR", revenue=Decimal(77), by_month=())
    report = with_currencies(report_of((BUILT,), TableResult("crm", "cust_info")), USD, euro)
    text = Page(render_page(report)).text
    assert "Revenue, USD" in text
    assert "Revenue, EUR" in text
    assert "Revenue by month, EUR" not in text
    assert text.count("Customers") == 1


def test_a_lake_without_gold_has_no_figures() -> None:
    report = replace(report_of((BUILT,), TableResult("crm", "cust_info")), figures=None)
    assert "Figures" not in Page(render_page(report)).text


def test_layers_sum_up_what_was_built_and_tested() -> None:
    silver = replace(BUILT, name="silver_crm__customers", layer="silver", seconds=2.0)
    skipped = replace(BUILT, name="fact_orders", status="skipped", seconds=0.0)
    layers = layers_of([BUILT, PASSED, FAILED, silver, skipped])
    assert [layer.name for layer in layers] == ["silver", "gold"]
    gold = layers[1]
    assert (gold.built, gold.failed, gold.skipped, gold.seconds) == (1, 0, 1, 1.2)
    assert (gold.tests_passed, gold.tests_failed, gold.test_seconds) == (1, 1, 0.5)
    assert gold.nodes[0] is FAILED


def test_the_page_is_kept_under_the_run_and_as_the_latest(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.prepare()
    report = report_of((BUILT, PASSED), TableResult("crm", "cust_info"))
    assert write_page(lake, report) == lake.reports / LATEST_PAGE
    pages = sorted(path.name for path in lake.reports.iterdir())
    assert pages == ["latest.html", "run-1.html"]
    assert (lake.reports / "run-1.html").read_text() == (lake.reports / "latest.html").read_text()


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rgb`` or ``#rrggbb`` as WCAG 2 defines it."""
    digits = "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour[1:]
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_has_enough_contrast(theme: int) -> None:
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", blocks[theme]))
    for ground in ("page", "panel"):
        for ink in ("ink", "quiet", "accent", "good", "attention", "failed"):
            light, dark = sorted([luminance(colours[ground]), luminance(colours[ink])])[::-1]
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ground, ink)
