import subprocess

import pytest

from services.page_script import page_script
from tests.films import put
from tests.needs import need
from tests.server_process import ROOT

MODULES = {
    "app.js": """// The page.
import { once, twice as double } from "./shared/numbers.js";
import "./shared/said.js";

const load = () => import("./later/later.js"); // a name of its own
const laterCame = load();
console.log("app", once(1), double(1));
laterCame.then(({ later, NUMBER, Shape }) => console.log(later(), NUMBER, new Shape().sides));
""",
    "later/later.js": """import { once } from "../shared/numbers.js";

export { NUMBER, Shape } from "../shared/shapes.js";

/** @returns {import("../shared/shapes.js").Shape | number} */
export const later = () => once(2);
console.log("later");
""",
    "shared/numbers.js": """let calls = 0; // is one for all

/**
 * Counts.
 * @param {number} number
 */
export function once(number) {
  calls += 1;
  return `${number} // ${calls}`;
}

  // Twice.
export async function* twice() {}
""",
    "shared/said.js": """console.log("said");\n""",
    "shared/shapes.js": """export const NUMBER = 7;

export class Shape {
  sides = NUMBER;
}
""",
    "vendor/other.js": "export default 1;",
}


def test_modules_run_as_browsers_run_them(tmp_path):
    script, _ = page_script(MODULES, "app.js")
    file = put(tmp_path, "page.mjs", script.encode())
    done = subprocess.run([need("node"), file], check=False, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["said", "app 1 // 1 Object [AsyncGenerator] {}", "later", "2 // 2 7 7"], (
        done.stderr
    )


def test_comments_with_lines_of_their_own_are_left_out():
    script, _ = page_script(MODULES, "app.js")
    assert "The page" not in script and "Twice" not in script and "@param" not in script
    assert "is one for all" in script


def test_what_is_not_imported_is_left_out():
    script, _ = page_script(MODULES, "app.js")
    assert "vendor" not in script


def test_the_source_map_leads_from_each_line_to_the_line_of_its_file():
    script, source_map = page_script(MODULES, "app.js")
    line = script.splitlines().index("  sides = NUMBER;")
    program = f"""const map = new (require("module").SourceMap)({source_map});
        const {{ originalSource, originalLine }} = map.findEntry({line}, 2);
        console.log(originalSource, originalLine + 1)"""
    found = subprocess.run([need("node"), "-e", program], check=True, capture_output=True, text=True)
    assert found.stdout == "shared/shapes.js 4\n"


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export let one = 1;",
        "export { one as two };",
        'import other from "./vendor/other.js";',
        'import * as other from "./vendor/other.js";',
        'import { media } from "media-chrome";',
        "const other = import(name);",
        "const here = import.meta.url;",
    ],
)
def test_a_form_that_is_not_known_is_an_error(line):
    with pytest.raises(ValueError, match=r"static/app\.js: this form is not known"):
        page_script({**MODULES, "app.js": f"const name = 1;\n{line}\n"}, "app.js")


def test_modules_that_import_each_other_are_an_error():
    modules = {
        "app.js": 'import "./b.js";\n',
        "b.js": 'import { c } from "./c.js";\n',
        "c.js": 'export { b } from "./b.js";\n',
    }
    with pytest.raises(ValueError, match="cycle"):
        page_script(modules, "app.js")


def test_the_page_has_only_forms_that_are_known():
    static = ROOT / "static"
    modules = {file.relative_to(static).as_posix(): file.read_text("utf-8") for file in static.rglob("*.js")}
    script, _ = page_script(modules, "app.js")
    assert script.count("\n$modules[") == sum(not name.startswith("vendor/") for name in modules)
