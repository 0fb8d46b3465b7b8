"""Small changes to a right answer: operators, constants, signs, indices, axes. All must fail."""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from vegrad_course.authoring.source import BEGIN, END, SourceCell

OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
}
COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


@dataclass(frozen=True)
class Mutant:
    """One changed text of an exercise cell. `name` says what became what."""

    name: str
    text: str


def mutants(cell: SourceCell) -> Iterator[Mutant]:
    """Every single change inside the solution of an exercise cell."""
    tree, seen = ast.parse(cell.text), Counter[str]()
    for path, node in _inside_solution(cell, tree):
        for changed in _changes(node):
            name = f"{ast.unparse(node)} -> {ast.unparse(changed)}"
            seen[name] += 1
            name = f"{name} (#{seen[name]})" if seen[name] > 1 else name
            yield Mutant(name, ast.unparse(_replaced(tree, path, changed)))


def _inside_solution(cell: SourceCell, tree: ast.AST) -> Iterator[tuple[tuple, ast.AST]]:
    lines = cell.text.splitlines()
    first = next(i for i, line in enumerate(lines, 1) if BEGIN in line)
    last = next(i for i, line in enumerate(lines, 1) if END in line)
    for path, node in _walk(tree, ()):
        if first < getattr(node, "lineno", 0) < last:
            yield path, node


def _walk(node: ast.AST, path: tuple) -> Iterator[tuple[tuple, ast.AST]]:
    """Every node, with the fields and positions that lead to it."""
    yield path, node
    for field, item in ast.iter_fields(node):
        if isinstance(item, ast.AST):
            yield from _walk(item, (*path, (field, None)))
        elif isinstance(item, list):
            for i, child in enumerate(item):
                if isinstance(child, ast.AST):
                    yield from _walk(child, (*path, (field, i)))


def _replaced(tree: ast.AST, path: tuple, changed: ast.AST) -> ast.AST:
    result = copy.deepcopy(tree)
    parent = result
    for field, i in path[:-1]:
        parent = getattr(parent, field) if i is None else getattr(parent, field)[i]
    field, i = path[-1]
    if i is None:
        setattr(parent, field, changed)
    else:
        getattr(parent, field)[i] = changed
    return ast.fix_missing_locations(result)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(left, op, right):
            yield from (ast.BinOp(left, other(), right) for other in OPERATORS.get(type(op), ()))
        case ast.Compare(left, [op], right):
            for other in COMPARISONS.get(type(op), ()):
                yield ast.Compare(left, [other()], right)
        case ast.UnaryOp(ast.USub(), ast.Constant()):
            yield node.operand
        case ast.UnaryOp(ast.USub() | ast.Not() | ast.Invert(), operand):
            yield operand
        case ast.AugAssign(target, op, value):
            for other in OPERATORS.get(type(op), ()):
                yield ast.AugAssign(target, other(), value)
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield ast.Constant(value + 1)
            if value:
                yield ast.UnaryOp(ast.USub(), ast.Constant(value))
        case ast.Constant(str() as value):
            yield ast.Constant(f"not {value}")
        case ast.Return(ast.expr() as value) if not isinstance(value, ast.Tuple | ast.List):
            yield ast.Return(ast.UnaryOp(ast.USub(), value))
        case ast.Slice(lower, upper, step):
            if lower is None:
                yield ast.Slice(ast.Constant(1), upper, step)
            if upper is None:
                yield ast.Slice(lower, ast.UnaryOp(ast.USub(), ast.Constant(1)), step)
            if step is not None:
                yield ast.Slice(lower, upper, None)
