"""How much there is in a folder, a file, a class and a function, and how files are named."""

from __future__ import annotations

import ast
from collections import Counter

from house import ALL_BUT_TESTS, TESTS, classes, functions, lines, name

from rooms import ROOT

MAX_FILE_LINES = 400
MAX_PLUGIN_LINES = 200
MAX_TEST_LINES = 450
MAX_FUNCTION_LINES = 60
MAX_FILES = 20  # Python files in a folder
MAX_METHODS = 16  # of a public class; double underscores and properties are not counted

# What is larger than it should be, with its size: these numbers may only go down.
LARGER_FOLDERS: dict[str, int] = {}
LARGER_TEST_FILES: dict[str, int] = {}
LARGER_CLASSES = {}


def methods(node: ast.ClassDef) -> int:
    def is_property(method):
        names = {ast.unparse(each).split(".")[-1] for each in method.decorator_list}
        return bool(names & {"property", "setter", "cached_property"})

    found = [each for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return sum(not each.name.startswith("__") and not is_property(each) for each in found)


def over(sizes, limit, larger):
    """What is over its limit or its place in the table, and what no longer has to be in the table."""
    wrong = [f"{each}: {size}" for each, size in sizes.items() if size > larger.get(each, limit)]
    needless = [f"{each}: take it out of the table" for each in larger if sizes.get(each, 0) <= limit]
    return wrong + needless


def test_a_file_holds_one_job():
    limits = {"plugin.py": MAX_PLUGIN_LINES}
    sizes = {name(path): lines(path) for path in ALL_BUT_TESTS}
    assert not [f"{each}: {size}" for each, size in sizes.items() if size > limits.get(each, MAX_FILE_LINES)]


def test_a_test_file_keeps_to_its_topic():
    assert not over({name(path): lines(path) for path in TESTS}, MAX_TEST_LINES, LARGER_TEST_FILES)


def test_a_folder_can_be_surveyed():
    counts = Counter(name(path.parent) for path in [*ALL_BUT_TESTS, *TESTS])
    assert not over(counts, MAX_FILES, LARGER_FOLDERS)


def test_a_file_does_not_repeat_the_name_of_its_folder():
    def repeats(path):
        folder = path.parent.name
        return path.parent != ROOT and path.stem.startswith((f"{folder}_", f"{folder.removesuffix('s')}_"))

    assert not [name(path) for path in ALL_BUT_TESTS if repeats(path)]


def test_a_class_does_one_job():
    sizes: dict[str, int] = {}
    for path in ALL_BUT_TESTS:
        for node in classes(path):
            if not node.name.startswith("_"):
                sizes[node.name] = max(methods(node), sizes.get(node.name, 0))
    assert not over(sizes, MAX_METHODS, LARGER_CLASSES)


def test_a_function_fits_on_a_screen():
    long = [
        f"{name(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in ALL_BUT_TESTS
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long
