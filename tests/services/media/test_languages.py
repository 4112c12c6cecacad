import pytest

from services.media.languages import language_tag, three_letters


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("en", "en"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("fre", "fr"),
        ("chi", "zh"),
        ("gsw", "gsw"),
        ("pt-BR", "pt-BR"),
        ("zh-hant", "zh-Hant"),
        ("iw", "he"),
        (" eng ", "en"),
    ],
)
def test_a_language_has_one_name_by_whichever_code_it_is_called(code, tag):
    assert language_tag(code) == tag


@pytest.mark.parametrize("code", [None, "", "und", "mul", "zxx", "mis", "English", "xyz", "eng\0", "日本語", "e", "--"])
def test_what_names_no_language_has_none(code):
    assert language_tag(code) is None


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "eng"), ("de", "deu"), ("pt-BR", "por"), ("zh-Hant", "zho"), ("gsw", "gsw"), ("", "und"), ("x-own", "und")],
)
def test_a_language_has_a_code_of_three_letters(tag, code):
    assert three_letters(tag) == code
