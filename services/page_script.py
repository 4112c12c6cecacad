"""The page's modules as one script. Each would cost a request, and a browser makes no more than six at once.

In the script, a module is a function that is called when the module is first imported, as browsers run modules.
Comments that have lines of their own are left out: they are a third of the modules. Their lines stay, empty, so that a
source map (ECMA-426) leads the tools of developers to the files as they are.
"""

import json
import posixpath
import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

SCRIPT, MAP = "page.js", "page.js.map"  # beside the modules
_BEGINNING = """\
const [$made, $modules] = [{}, {}];
const $use = (name) => ($made[name] ??= $modules[name]());
const $later = (name) => Promise.resolve().then(() => $use(name));
"""  # no module has names with "$" of its own
_IMPORT = re.compile(r'^import (?:\{ (.+) \} from )?"(\.{1,2}/.+)";$', re.M)
_PASSED_ON = re.compile(r'^export \{ (.+) \} from "(\.{1,2}/.+)";$', re.M)
_LATER = re.compile(r'import\("(\.{1,2}/.+?)"\)')
_EXPORTED = re.compile(r"^export ((?:async )?(?:class|const|function\*?) (\w+))", re.M)
_UNKNOWN = re.compile(r"^(?:import|export) .*|import[(.].*", re.M)


def page_script(modules: Mapping[str, str], entry: str) -> tuple[str, str]:
    """The script of ``entry`` and of all that it imports, at once or later, and the script's source map. ``modules``
    has the text of each by its path. Raises ValueError where modules import each other, and for forms of ``import`` and
    ``export`` that the page does not have. Each stands in a line: import { a, b as c } from "./x.js";"""
    names, functions = [entry], []
    imports: dict[str, set[str]] = {}
    for name in names:
        text = _without_comments(modules[name])
        imports[name] = {_path(name, found[2]) for found in [*_IMPORT.finditer(text), *_PASSED_ON.finditer(text)]}
        later = {_path(name, path) for path in _LATER.findall(text)}
        names += sorted((imports[name] | later) - set(names))
        functions.append(_function(name, text))
    TopologicalSorter(imports).prepare()
    ending = f'$use("{entry}");\n//# sourceMappingURL={MAP}\n'
    return f"{_BEGINNING}{''.join(functions)}{ending}", _source_map(names, functions)


def _without_comments(text: str) -> str:
    lines, within = [], False
    for line in text.splitlines():
        within = within or line.lstrip().startswith("/**")
        lines.append("" if within or line.lstrip().startswith("//") else line)
        within = within and not line.rstrip().endswith("*/")
    return "".join(f"{line}\n" for line in lines)


def _function(name: str, text: str) -> str:
    def of(match: re.Match[str]) -> str:
        names = f"const {{ {match[1].replace(' as ', ': ')} }} = " if match[1] else ""
        return f'{names}$use("{_path(name, match[2])}");'

    exported = [each[2] for each in _EXPORTED.finditer(text)]
    for names, path in _PASSED_ON.findall(text):
        exported += [f'{each}: $use("{_path(name, path)}").{each}' for each in names.split(", ")]
    text = _PASSED_ON.sub("", _EXPORTED.sub(r"\1", _IMPORT.sub(of, text)))
    text = _LATER.sub(lambda match: f'$later("{_path(name, match[1])}")', text)
    if unknown := _UNKNOWN.search(text):
        raise ValueError(f"static/{name}: this form is not known to {__name__}: {unknown[0]}")
    return f'$modules["{name}"] = () => {{\n{text}return {{ {", ".join(exported)} }};\n}};\n'


def _path(importer: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))


def _source_map(names: list[str], functions: list[str]) -> str:
    """An index map. Line for line each section is a file: "AAAA" is its first line, "AACA" one line further."""
    sections, line = [], _BEGINNING.count("\n")
    for name, function in zip(names, functions, strict=True):
        lines = function.count("\n")
        mappings = ";".join(["AAAA", *["AACA"] * (lines - 4)])
        told = {"version": 3, "sources": [name], "names": [], "mappings": mappings}
        sections.append({"offset": {"line": line + 1, "column": 0}, "map": told})
        line += lines
    return json.dumps({"version": 3, "sections": sections})
