def test_without_javascript_the_films_are_a_list_of_links(browser, open_page, cinema):
    page = open_page(browser, java_script_enabled=False)
    page.goto(cinema)
    page.get_by_role("link", name="a plain list of the films").click()
    assert page.get_by_role("heading", level=2).all_text_contents() == [
        "Lectures / Physics",
        "Open Studios",
        "Solaris (1972)",
    ]
    link = page.get_by_role("link", name="Seek Anywhere")
    with page.expect_response("**/videos/Seek%20Anywhere.mp4") as response:
        link.click()
    assert response.value.status in (200, 206)
