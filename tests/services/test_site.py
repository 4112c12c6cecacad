from services.site import site_documents
from tests.films import put


def test_the_site_is_every_file_whose_type_is_known(tmp_path):
    put(tmp_path, "index.html")
    put(tmp_path, "icons/icon.svg")
    put(tmp_path, "notes~")
    assert set(site_documents(tmp_path)) == {"index.html", "icons/icon.svg"}
