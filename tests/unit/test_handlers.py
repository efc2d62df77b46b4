"""A handler takes one request and its form, and says in a few lines what happens."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERBS = {"get", "post", "put", "patch", "delete", "api_route"}
LINES_MOST = 12
PARAMETERS_MOST = 6


def handlers(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions that a router sends requests to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_is_route, node.decorator_list)):
            yield node


def _is_route(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in VERBS and "router" in ast.unparse(called.value)


def too_much(handler: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """What of it is too much: lines of its body without the docstring, or parameters."""
    body = handler.body[1:] if ast.get_docstring(handler) else handler.body
    lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
    parameters = len(handler.args.args) + len(handler.args.kwonlyargs) + len(handler.args.posonlyargs)
    if lines > LINES_MOST:
        return f"{lines} lines"
    return f"{parameters} parameters" if parameters > PARAMETERS_MOST else None


def found() -> dict[str, str]:
    """Every handler that is too much -> why."""
    return {
        f"{path.relative_to(ROOT / 'app')}:{handler.lineno} {handler.name}": why
        for path in sorted((ROOT / "app").rglob("*.py"))
        for handler in handlers(ast.parse(path.read_text()))
        if (why := too_much(handler))
    }


def test_a_handler_is_at_most_twelve_lines_and_six_parameters() -> None:
    assert found() == {}


def test_a_planted_handler_is_found() -> None:
    body = "\n".join(f"    step_{number}()" for number in range(LINES_MOST + 1))
    many = ", ".join(f"p{number}" for number in range(PARAMETERS_MOST + 1))
    planted = ast.parse(
        f"@router.post('/x')\ndef long(at):\n    'Why.'\n{body}\n\n@router.get('/y')\ndef wide({many}): ...\n"
    )
    assert [too_much(one) for one in handlers(planted)] == ["13 lines", "7 parameters"]
