"""What axe-core finds on a page, in the light and in the dark: only colours differ between them."""

from pathlib import Path

from tests.needs import need_of_npm

# Nothing is to be loaded for it: a film that is damaged would keep it waiting.
RUN = """async (rules) => {
    const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
    const { violations } = await axe.run(document, { resultTypes: ["violations"], preload: false, ...only });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]));
}"""


def bring_axe(page) -> None:
    """To be called before the page is opened."""
    page.add_init_script(path=need_of_npm("node_modules/axe-core/axe.min.js"))


def violations_in_firefox(tab) -> list[list[str]]:
    """In the light alone."""
    source = Path(need_of_npm("node_modules/axe-core/axe.min.js")).read_text()
    tab.evaluate(f"(() => {{ {source} }})()")
    return tab.evaluate(f"({RUN})(null)")


def violations(page) -> list[list[str]]:
    found = []
    for scheme, rules in (("dark", ["color-contrast"]), ("light", None)):
        page.emulate_media(color_scheme=scheme)
        found += page.evaluate(RUN, rules)
    return found
