"""A browser that stores nothing. What is stored of progress is tested in tests/page/progress.test.mjs."""


def test_a_browser_that_keeps_nothing_plays_all_the_same(page, cinema, plays):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused') } })")
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4&t=10")
    plays(page, past_s=10)
