"""Markup: what Discord shows is shown, and what somebody typed to do harm stays text."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.features.tickets.transcript.elements import MarkNames
from bot.features.tickets.transcript.markup import CROWDED, emoji, html, marked_emoji, mentioned

NAMES = MarkNames(
    people={5: "Ann <b>"}, roles={7: "Crew"}, channels={8: "dock"}, emoji=frozenset({7})
)
ATTRIBUTES = {
    "a": {"href", "target", "rel", "referrerpolicy"},
    "pre": {"tabindex", "data-language"},
    "span": {"class", "tabindex"},
    "p": {"class"},
    "svg": {"class", "role", "aria-label"},
    "use": {"href"},
    "time": {"datetime"},
    "ol": {"start"},
}
BARE = {"strong", "em", "u", "s", "code", "blockquote", "ul", "li", "br", "bdi"}
VOID = {"br", "use"}


class Harmless(HTMLParser):
    """Reads what was made; fails on an element or attribute that is not among those we make."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self._open = "", list[str]()
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ATTRIBUTES or tag in BARE, tag
        assert {name for name, _value in attrs} <= ATTRIBUTES.get(tag, set()), (tag, attrs)
        about = dict(attrs)
        if tag == "a":
            address = urlsplit(about["href"] or "")
            assert address.scheme in ("http", "https")
            assert "noopener" in (about["rel"] or "")
        if tag == "use":
            assert about["href"] == "#e7"
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**bold** *it* _it_", "<p><strong>bold</strong> <em>it</em> <em>it</em></p>"),
        ("__under__ ~~struck~~", "<p><u>under</u> <s>struck</s></p>"),
        ("***both***", "<p><em><strong>both</strong></em></p>"),
        ("||a **b**||", '<p><span class="spoiler" tabindex="0">a <strong>b</strong></span></p>'),
        ("`a<b>`", "<p><code>a&lt;b&gt;</code></p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("# Big", '<p class="title title1">Big</p>'),
        ("#### four", "<p>#### four</p>"),
        ("-# small", '<p class="subtext">small</p>'),
        ("> said\nanswered", "<blockquote><p>said</p></blockquote><p>answered</p>"),
        (">not said", "<p>&gt;not said</p>"),
        (">>> all\nof it", "<blockquote><p>all<br>of it</p></blockquote>"),
        ("- a\n- b\nc", "<ul><li>a</li><li>b</li></ul><p>c</p>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("\\*as typed\\*", "<p>*as typed*</p>"),
        ("<@5> <@!5>", '<p>{}@Ann &lt;b&gt;{} {}@Ann &lt;b&gt;{}</p>'),
        ("<@6> <@&7> <#8>", "<p>{}@somebody{} {}@Crew{} {}#dock{}</p>"),
        ("</a b:9> @here", '<p>{}/a b{} <span class="mention">@here</span></p>'),
        ("<:fish:9>", "<p>:fish:</p>"),
        (
            "<a:fish:7>",
            '<p><svg class="emoji" role="img" aria-label=":fish:"><use href="#e7"/></svg></p>',
        ),
        ("<t:0:R>", '<p><time datetime="1970-01-01T00:00:00Z">1970-01-01 00:00</time></p>'),
        ("<t:999999999999>", "<p><span>999999999999</span></p>"),
        ("&lt; &amp;", "<p>&amp;lt; &amp;amp;</p>"),
        (
            "```py\nif a < b:\n    c\n```",
            '<pre tabindex="0" data-language="py"><code>if a &lt; b:\n    c</code></pre>',
        ),
        ("a ```b``` c", '<p>a</p><pre tabindex="0"><code>b</code></pre><p>c</p>'),
        ("", ""),
    ],
)  # fmt: skip
def test_marks_are_shown_as_discord_shows_them(typed: str, shown: str) -> None:
    shown = shown.replace("{}@", '<span class="mention"><bdi>@')
    shown = shown.replace("{}#", '<span class="mention"><bdi>#')
    shown = shown.replace("{}/", '<span class="mention"><bdi>/').replace("{}", "</bdi></span>")
    made = str(html(typed, NAMES))
    if "<pre" not in made:
        made = made.replace("<br>\n", "<br>").replace("\n", "")
    assert made.replace("</p>\n", "</p>") == shown


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("see https://a.example/x_y_z?q=1&r=2.", "https://a.example/x_y_z?q=1&r=2"),
        ("(https://a.example/x(1))", "https://a.example/x(1)"),
        ("<https://a.example>", "https://a.example"),
        ("[words](https://a.example)", "https://a.example"),
        ("**https://a.example**", "https://a.example"),
    ],
)
def test_addresses_of_the_web_are_links(typed: str, address: str) -> None:
    assert f'<a href="{address.replace("&", "&amp;")}" ' in html(typed, NAMES)


def test_a_link_with_words_of_its_own_says_where_it_leads() -> None:
    told = Harmless(html("[my bank](https://evil.example/x)", NAMES)).words.strip()
    assert told == "my bank (evil.example)"


@pytest.mark.parametrize(
    "typed",
    [
        "[x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x) [y](file:///etc/passwd) [z](//evil.example)",
        "<mailto:a@b.example> <a@b.example>",
        "javascript://a.example",
        "[x](https://)",
    ],
)
def test_nothing_else_is_a_link(typed: str) -> None:
    assert "<a " not in html(typed, NAMES)


def test_what_turns_the_direction_or_controls_is_left_out() -> None:
    assert html("a\u202eb\x00c\x1bd\ud800e", NAMES) == "<p>abcde</p>"


def test_more_marks_than_are_read_in_time_are_shown_as_typed() -> None:
    typed = "_a" * CROWDED + "_<b>"
    assert html(typed, NAMES) == f"<p>{typed.replace('<b>', '&lt;b&gt;')}</p>"


def test_a_reaction_is_a_character_or_a_picture() -> None:
    assert emoji("👍", NAMES) == "👍"
    assert emoji("<:fish:9>", NAMES) == ":fish:"
    assert emoji("<b>", NAMES) == "&lt;b&gt;"
    assert 'href="#e7"' in emoji("<:fish:7>", NAMES)


def test_what_a_text_names_is_found() -> None:
    text = "<@5> <@!6> <@&7> <#8> <:a:9> <a:b:10>"
    assert [*mentioned(text)] == [("@", 5), ("@", 6), ("@&", 7), ("#", 8)]
    assert [*marked_emoji(text)] == [9, 10]


PIECES = st.sampled_from(
    [
        *("*", "**", "_", "__", "~~", "||", "`", "```", "\n", "> ", ">>> ", "# ", "- ", "1. "),
        *("<", ">", '"', "'", "&", "&lt;", "<!--", "-->", "<script>", "</span>", "<img src=x>"),
        *("[", "](", ")", "https://a.example/", "javascript:", "onclick=", "<@5>", "<:x:7>"),
        *("<t:1>", "</a b:1>", "\\", "@everyone", "{{7*7}}", "{% x %}", "\u202e", "\x00", "א"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
@example("||||a||||")
@example("[||](https://a.example)||")
@example('https://a.example/"onmouseover="x')
@example("<:x:7>[<:x:7>](https://a.example/<b>)")
def test_whatever_is_typed_becomes_nothing_but_our_own_elements(typed: str) -> None:
    Harmless(html(typed, NAMES))
