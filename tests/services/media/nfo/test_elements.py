import pytest

from services.media.nfo.elements import MOST_DEPTH, MOST_ELEMENTS, MOST_TEXT, Element, NoXml, parsed


def test_a_document_is_a_tree_of_elements():
    root = parsed('<Nfo><Movie A="1"> x <b>y</b>z</Movie><movie/></Nfo>')
    assert root == Element(
        "nfo", children=[Element("movie", {"a": "1"}, " x z", [Element("b", text="y")]), Element("movie")]
    )
    assert root.all("movie")[0].texts("c", "b") == ["y"]


@pytest.mark.parametrize("rest", ["<movie>", "</movie>", "<", "<a href=>", "<<< ART >>>", "</nfo>more"])
def test_what_was_complete_before_the_document_breaks_off_is_there(rest):
    assert parsed(f"<nfo><movie>x</movie>{rest}").all("movie") == [Element("movie", text="x")]


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no XML at all",
        "<movie",
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>',
        '<!DOCTYPE a [<!ENTITY file SYSTEM "file:///etc/passwd">]><a><b>&file;</b></a>',
        '<!DOCTYPE a [<!ENTITY % far SYSTEM "http://127.0.0.1:9/a.dtd"> %far;]><a>&b;</a>',
        "<a>" * (MOST_DEPTH + 1) + "</a>" * (MOST_DEPTH + 1),
        "<a>" * 100_000,
        f"<a>{'<b/>' * MOST_ELEMENTS}</a>",
    ],
    ids=["empty", "text", "cut off", "billion laughs", "a file", "a DTD elsewhere", "deep", "deeper", "many"],
)
def test_no_xml_and_too_much_of_it_is_refused(text):
    with pytest.raises(NoXml):
        parsed(text)


def test_a_long_text_is_cut_off():
    assert len(parsed(f"<a>{'x' * 100_000}</a>").text) == MOST_TEXT
