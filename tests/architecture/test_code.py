"""The habits of the code that no linter knows: typed signatures, translatable texts, settings named once."""

from __future__ import annotations

import ast
import re

from house import ALL_BUT_TESTS, GRAPH, PLUGIN, SANDBOX, TESTS, functions, name, room

from rooms import ROOT

OLDEST_PYTHON = (3, 9)  # of the QGIS versions the plugin runs in
SETTINGS = "api/settings.py"  # the one module that names keys of QGIS's settings
SETTINGS_PREFIX = "plugins/mapflow_dock/"


def test_there_are_sources_to_check():
    assert PLUGIN
    assert SANDBOX


def test_everything_is_written_in_the_grammar_of_the_oldest_python():
    for path in ALL_BUT_TESTS:
        ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=OLDEST_PYTHON)


def test_annotations_are_not_evaluated_on_the_oldest_python():
    with_code = (
        path for path in PLUGIN if any(not isinstance(node, ast.Expr) for node in GRAPH.tree(path).body)
    )
    assert not [
        name(path)
        for path in with_code
        if "from __future__ import annotations" not in path.read_text(encoding="utf-8")
    ]


def test_no_exception_is_caught_without_naming_it():
    bare = [
        f"{name(path)}:{node.lineno}"
        for path in ALL_BUT_TESTS
        for node in ast.walk(GRAPH.tree(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare


def test_every_signature_is_typed():
    untyped = []
    for path in ALL_BUT_TESTS:
        for node in functions(path):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            arguments += [extra for extra in (node.args.vararg, node.args.kwarg) if extra is not None]
            missing = [
                each.arg for each in arguments if each.annotation is None and each.arg not in {"self", "cls"}
            ]
            if missing or node.returns is None:
                untyped.append(f"{name(path)}:{node.lineno} {node.name} {missing}")
    assert not untyped


def test_a_comment_stands_above_what_it_explains():
    """After a lone bracket it is read last, and seems to be about the line below."""
    stranded = re.compile(r"^\s*[)\]}]+( ->.*)?[,:]?\s+# (?!fmt|type|noqa)")
    wrong = [
        f"{name(path)}:{number}"
        for path in [*ALL_BUT_TESTS, *TESTS]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if stranded.match(line)
    ]
    assert not wrong


def test_translated_sentences_are_plain_literals():
    """Qt's tools see literals only, and a name filled in before the lookup finds no translation."""
    wrong = []
    for path in PLUGIN:
        folder = path.parent.name if room(path) != "plugin" else "plugin"
        context = "".join(word.capitalize() for word in folder.split("_"))
        for node in ast.walk(GRAPH.tree(path)):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if not is_call or node.func.id != "translate":
                continue
            literals = [each.value for each in node.args[:3] if isinstance(each, ast.Constant)]
            if len(literals) != len(node.args[:3]) or literals[0] != context:
                wrong.append(f"{name(path)}:{node.lineno} {ast.unparse(node)}")
    assert not wrong


def test_numbers_in_sentences_are_written_by_the_one_formatter():
    """Python writes 12345 and 0.1 wherever the user is. Zooms, HTTP's statuses and processings' ids are names."""
    names_of_things = {"zoom", "status"}
    numeric = _numeric_attributes()
    assert {"max_side_px", "max_aois", "image_count"} <= numeric
    wrong = []
    for path in PLUGIN:
        for node in functions(path):
            counted = _numeric_names(node)
            wrong += [
                f"{name(path)}:{given.value.lineno} {given.arg}={ast.unparse(given.value)}"
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "format"
                for given in call.keywords
                if given.arg not in names_of_things and _is_number(given.value, numeric, counted)
            ]
    assert not wrong


def test_settings_are_named_and_read_in_one_module():
    """A key is a promise to those who have values stored under it: it is written once, with its type and default."""
    others = [path for path in PLUGIN if name(path) != SETTINGS]
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in others
        for node in ast.walk(GRAPH.tree(path))
        if (isinstance(node, ast.Constant) and str(node.value).startswith(SETTINGS_PREFIX))
        or (isinstance(node, (ast.Name, ast.alias)) and _named(node) in {"QgsSettings", "QSettings"})
    ]
    assert not wrong


def test_each_setting_is_named_once():
    calls = [node for node in ast.walk(GRAPH.tree(ROOT / SETTINGS)) if isinstance(node, ast.Call)]
    named = [
        call.args[0].value
        for call in calls
        if _named(call.func).endswith("Setting") and isinstance(call.args[0], ast.Constant)
    ]
    assert {"confirm_spending", "server", "login/kind", "watched"} <= set(named)
    assert len(named) == len(set(named))


def _numeric_attributes() -> set[str]:
    """The names of fields that are a number in every class which has them."""
    numbers, others = set(), set()
    for path in PLUGIN:
        for owner in ast.walk(GRAPH.tree(path)):
            for field in owner.body if isinstance(owner, ast.ClassDef) else ():
                if isinstance(field, ast.AnnAssign):
                    (numbers if _says_number(field.annotation) else others).add(ast.unparse(field.target))
    return numbers - others


def _numeric_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names within a function that are told or seen to be numbers."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    names = {each.arg for each in arguments if each.annotation is not None and _says_number(each.annotation)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _is_number(node.value, set(), set()):
            names |= {each.id for each in node.targets if isinstance(each, ast.Name)}
    return names


def _says_number(annotation: ast.expr) -> bool:
    return ast.unparse(annotation) in {"int", "float", "Optional[int]", "Optional[float]"}


def _is_number(value: ast.expr, attributes: set[str], names: set[str]) -> bool:
    if isinstance(value, ast.Call):
        return getattr(value.func, "id", "") in {"len", "sum", "round", "int", "max", "min"}
    if isinstance(value, ast.Attribute):
        return value.attr in attributes
    if isinstance(value, ast.Constant):
        return isinstance(value.value, (int, float))
    return isinstance(value, ast.Name) and value.id in names


def _named(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "name", "")
