"""What the text of a cell does with top-level names."""

import ast
import re
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 100_000  # characters; a longer cell is not analysed
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LATER = (*DEFINITIONS, ast.Lambda)  # what is inside runs later, or in a scope of its own
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = ("listcomp", "setcomp", "dictcomp", "genexpr")  # symtable's names for them
MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)


@dataclass(frozen=True)
class Names:
    """Top-level names that a cell binds, imports, and loads from other cells.

    `changes` holds the owners of in-place changes; `sets` those of calls such as `np.random.seed`
    and `torch.set_num_threads`, which change a module.
    """

    binds: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    loads: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()


def names(text: str) -> Names | None:
    """What a cell does with top-level names; None where it cannot be read as Python.

    Lines of magics are left out. Names that are local to a function, a class or a comprehension
    do not count; `global` ones do. A name that the cell itself has bound before is not loaded
    from others, unless a function loads it: by the time of a call, others may have bound it anew.
    """
    if len(text) > LONGEST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _names(text) or _names(MAGIC.sub(r"\1pass", text))


def words(text: str) -> frozenset[str]:
    """All that may be a name in a text: what an unreadable cell may load."""
    return frozenset(re.findall(r"[^\W\d]\w*", text))


def _names(text: str) -> Names | None:
    try:
        tree, top = ast.parse(text), symtable.symtable(text, "cell", "exec")
        own = _flow(tree.body, set())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    inner = list(_inner_symbols(top))
    binds = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    binds |= {s.get_name() for s in inner if s.is_declared_global() and s.is_assigned()}
    changes = list(_changes(tree))
    return Names(
        frozenset(binds),
        frozenset(_imported(tree)),
        frozenset(own | {s.get_name() for s in inner if s.is_referenced() and s.is_global()}),
        frozenset(owner for owner, _ in changes),
        frozenset(owner for owner, method in changes if re.search("seed|^set|^use", method)),
    )


def _inner_symbols(top: symtable.SymbolTable) -> Iterator[symtable.Symbol]:
    """Every symbol of every function and class, and what comprehensions bind by `:=`."""
    tables = [(table, True) for table in top.get_children()]
    while tables:
        table, outermost = tables.pop()
        at_once = outermost and table.get_name() in SCOPES
        tables.extend((child, at_once) for child in table.get_children())
        yield from (s for s in table.get_symbols() if not at_once or s.is_assigned())


def _flow(body: list[ast.stmt], bound: set[str]) -> set[str]:
    """Names that the outermost scope loads and has not surely bound before; `bound` grows."""
    loads: set[str] = set()
    for node in body:
        if isinstance(node, ast.For):
            loads |= _loads(node.iter) - bound
            loads |= _flow(node.body + node.orelse, bound | _stores(node.target))
        elif isinstance(node, ast.If):
            loads |= _loads(node.test) - bound
            loads |= _flow(node.body, set(bound)) | _flow(node.orelse, set(bound))
        elif isinstance(node, ast.With):
            loads |= {name for item in node.items for name in _loads(item)} - bound
            bound |= {name for item in node.items for name in _stores(item)}
            loads |= _flow(node.body, bound)
        else:
            loads |= _loads(node) - bound
            bound |= set() if isinstance(node, ast.While | ast.Try | ast.Match) else _stores(node)
    return loads


def _outer(node: ast.AST, closed: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    """The node and all below it, but for the inside of `closed` kinds."""
    nodes = [node]
    while nodes:
        node = nodes.pop()
        yield node
        if not isinstance(node, closed):
            nodes.extend(ast.iter_child_nodes(node))


def _loads(node: ast.AST) -> set[str]:
    """Names that run at once and are not bound by a comprehension. `x += 1` loads x."""
    at_once = list(_outer(node, LATER))
    for defined in [n for n in at_once if isinstance(n, LATER)]:
        at_once += [n for part in _now(defined) for n in ast.walk(part)]
    names = {n.id for n in at_once if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store)}
    names |= {_owner(n.target) for n in at_once if isinstance(n, ast.AugAssign)}
    mine = {x for n in at_once if isinstance(n, ast.comprehension) for x in _stores(n.target)}
    return names - mine - {""}


def _now(defined: ast.AST) -> list[ast.AST]:
    """What a definition evaluates when it is made: decorators, defaults, bases."""
    parts = [*getattr(defined, "decorator_list", []), *getattr(defined, "bases", [])]
    arguments = getattr(defined, "args", None)
    return [*parts, arguments] if arguments else parts


def _stores(node: ast.AST) -> set[str]:
    """Names that a statement or a target binds in its own scope."""
    found = list(_outer(node, (*LATER, *COMPREHENSIONS)))
    names = {n.id for n in found if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {n.name for n in found if isinstance(n, DEFINITIONS)} | _imported(node)


def _imported(tree: ast.AST) -> set[str]:
    """The names that top-level imports bind, or `*`."""
    lines = [n for n in _outer(tree, LATER) if isinstance(n, ast.Import | ast.ImportFrom)]
    return {(a.asname or a.name).split(".")[0] for line in lines for a in line.names}


def _changes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Owner and method of `x.method()`; the owner alone of `x.a = 1`, `x[0] = 1`, `del x[0]`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield _owner(node), ""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if isinstance(node.value.func, ast.Attribute):
                yield _owner(node.value.func), node.value.func.attr


def _owner(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
