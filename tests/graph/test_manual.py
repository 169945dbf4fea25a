"""The manual as data: a text for every layer, formulas that can be read, pages whose links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from graph.catalog import catalog
from graph.manual.book import GUIDE, Book, Hit
from graph.manual.entries import ManualError, entries, read as read_entries
from graph.manual.formulas import FormulaError, parse, plain
from graph.manual.layerpage import layer_page
from graph.manual.markdown import anchor_of, read
from graph.manual.page import Formula, Heading, Item, Listing, Paragraph, Part, Span, Table, text_of
from tests.support.typed import there

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs" / "manual"
PAPER = re.compile(r"[^().]+ \((1[789]|20)\d\d\)\. .+\.( \(.+\.\))?")


@pytest.fixture(scope="module")
def book() -> Book:
    return Book(DOCS, ROOT / "examples")


def test_every_layer_has_a_text_and_every_text_a_layer() -> None:
    assert set(entries()) == set(catalog())


@pytest.mark.parametrize("kind", catalog())
def test_a_text_says_what_when_and_from_where(kind: str) -> None:
    entry = entries()[kind]
    assert entry.when.endswith(".")
    assert bool(entry.formulas) != bool(entry.without), "a formula, or the reason why there is none"
    assert all(plain(parse(source)) for source in entry.formulas)
    assert entry.papers
    for paper in entry.papers:
        assert PAPER.fullmatch(paper) or re.fullmatch(r"none; .+\.", paper), paper
    assert entry.related, "where else to look"
    assert not set(entry.related) - set(catalog())
    assert kind not in entry.related


def test_a_page_has_the_fields_of_the_class_and_the_text(book: Book) -> None:
    page = there(book.page("layer/Conv2d"))
    told = {text_of(part) for part in page.parts}
    assert {"Conv2d", "Convolution · torch.nn.Conv2d", "Formula", "When to use it", "Parameters"} <= told
    meaning = next(part for part in page.parts if isinstance(part, Paragraph) and text_of(part).startswith("k, s, p"))
    assert [span.text for span in meaning.text if span.look == "code"] == ["kernel_size"]
    table = next(part for part in page.parts if isinstance(part, Table))
    assert [cell[0].text for cell in table.rows[1]] == [
        "kernel_size",
        "3",
        "an integer >= 1 or 2 of them",
        "extent of each filter",
    ]
    assert "For example, (N, 6, 12, 11) becomes (N, 32, 10, 9); 1,760 parameters." in told
    assert "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html" in page.links()
    assert {"layer/MaxPool2d", "example/lenet5"} <= set(page.links())
    assert there(book.page("layer/Block")).title == "Block"
    assert book.page("layer/NoSuchLayer") is None
    assert book.page("page/no_such_page") is None


def test_a_layer_without_a_text_has_the_page_that_its_class_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.manual.entries.entries", dict)
    page = layer_page("Conv2d", ROOT / "examples")
    told = {text_of(part) for part in page.parts}
    assert {"Conv2d", "Parameters", "Shapes", "See also"} <= told
    assert not told & {"Formula", "When to use it", "Paper"}
    assert Book(DOCS, ROOT / "examples").search("checkerboards") == []


def test_every_link_leads_to_a_page_or_a_drawing(book: Book) -> None:
    wanted = [address for chapter in book.contents for address, _ in chapter.pages]
    assert len(wanted) == len(catalog()) + len(GUIDE)
    for address in wanted:
        for link in there(book.page(address)).links():
            if link.startswith("example/"):
                assert (ROOT / "examples" / f"{link.removeprefix('example/')}.loom").is_file()
            elif not link.startswith("https://"):
                anchor = link.partition("#")[2]
                assert book.has(link), f"{address} leads to {link}, which there is not"
                assert not anchor or anchor in there(book.page(link)).anchors(), f"{address} leads to {link}"


def test_every_link_between_the_files_leads_to_a_file() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert target.startswith("http") or (path.parent / target).exists(), f"{path.name} leads to {target}"


def test_every_file_of_the_manual_is_in_the_contents_and_travels_with_the_program() -> None:
    assert {path.stem for path in DOCS.iterdir()} == set(GUIDE)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert "docs.manual" in settings["packages"]["find"]["include"]
    kept = settings["package-data"]
    for package, folder in (("docs.manual", DOCS), ("graph.manual", ROOT / "graph" / "manual")):
        held = {path for pattern in kept[package] for path in folder.glob(pattern)}
        assert held == set(folder.rglob("*.md"))


def test_search_finds_names_first_then_headings_then_words(book: Book) -> None:
    assert book.search("conv2")[0] == Hit("layer/Conv2d", "Conv2d", "Layers, Convolution")
    assert book.search("gap")[0].title.startswith("AdaptiveAvgPool")
    assert book.search("hochreiter schmidhuber")[0].title in ("LSTM", "LSTMCell")
    assert book.search("held back")[0] == Hit("page/data#what-is-held-back", "What is held back", "Data")
    assert {hit.title for hit in book.search("checkerboards")} == {"ConvTranspose2d", "Upsample"}
    assert book.search("") == []
    assert book.search("nothing is called so") == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \cdot \gamma", "y = (x − μ) / (√(σ² + ε)) · γ"),
        (r"y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}", "yᵢ = e^(xᵢ) / (∑[j] e^(xⱼ))"),
        (r"\begin{cases} x & \text{if } x > 0 \\ -1 & \text{else} \end{cases}", "x if x > 0; −1 else"),
        (r"\left\lfloor \frac{n}{2} \right\rfloor", "⌊n / 2⌋"),
        (r"\frac{1}{n} \log(x)", "(1 / n) log(x)"),
        (r"\max_{i} \; x_i", "max [i] xᵢ"),
    ],
)
def test_a_formula_is_also_a_line_of_text(source: str, text: str) -> None:
    assert plain(parse(source)) == text


@pytest.mark.parametrize("source", [r"\frac{1", r"x}", r"\unheard", r"\left( x"])
def test_a_formula_that_is_not_one_is_refused(source: str) -> None:
    with pytest.raises(FormulaError):
        parse(source)


def test_a_text_that_is_not_one_is_refused() -> None:
    with pytest.raises(ManualError, match="must begin with one of"):
        list(read_entries("\n## ReLU\nwhen it rains: never\n", "a.md"))


def test_markdown_becomes_the_parts_of_a_page() -> None:
    lines = [
        "# A *title*",
        "Text that **goes on",
        "here** with `a|b`, [a link](data.md#tables) and <b>letters</b>.",
        "",
        "- first",
        "  and more",
        "  - inner",
        "1. counted",
        "",
        "| a | b |",
        "| --- | --- |",
        "| `x` | y \\| z |",
        "```python",
        "d = 1",
        "",
        "```",
        "",
        "    layerloom train",
        "",
        "    layerloom runs",
        "## End, at last",
    ]
    page = read("page/made", "\n".join(lines), lambda target: f"to:{target}")
    found: list[Part] = list(page.parts)
    assert page.title == "A title"
    assert found[0] == Heading(1, (Span("A "), Span("title", "emphasis")), "a-title")
    assert found[1] == Paragraph(
        (
            Span("Text that "),
            Span("goes on here", "strong"),
            Span(" with "),
            Span("a|b", "code"),
            Span(", "),
            Span("a link", link="to:data.md#tables"),
            Span(" and <b>letters</b>."),
        )
    )
    assert found[2:5] == [
        Item((Span("first and more"),)),
        Item((Span("inner"),), depth=1),
        Item((Span("counted"),), "1."),
    ]
    assert found[5] == Table(((Span("a"),), (Span("b"),)), (((Span("x", "code"),), (Span("y | z"),)),))
    assert found[6:8] == [Listing("d = 1\n"), Listing("layerloom train\n\nlayerloom runs")]
    assert found[8] == Heading(2, (Span("End, at last"),), "end-at-last")
    assert anchor_of("What is held back") == "what-is-held-back"
    assert text_of(Formula("x^2")) == "x²"
