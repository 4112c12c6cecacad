import json

from services.site import site_documents
from tests.films import put


def test_the_site_is_every_file_whose_type_is_known(tmp_path):
    put(tmp_path, "index.html")
    put(tmp_path, "icons/icon.svg")
    put(tmp_path, "notes~")
    assert set(site_documents(tmp_path)) == {"index.html", "icons/icon.svg"}


def test_the_modules_of_the_page_are_one_script_too(tmp_path):
    put(tmp_path, "app.js", b'import "./shared/words.js";\n')
    put(tmp_path, "shared/words.js", b"document.title = 1;\n")
    site = site_documents(tmp_path)
    assert set(site) == {"app.js", "shared/words.js", "page.js", "page.js.map"}
    assert b"document.title = 1;" in site["page.js"].identity.content
    assert b"sourceMappingURL=page.js.map" in site["page.js"].identity.content
    assert [each["map"]["sources"] for each in json.loads(site["page.js.map"].identity.content)["sections"]] == [
        ["app.js"],
        ["shared/words.js"],
    ]
