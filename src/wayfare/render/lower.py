"""Lowering: a function whose element expressions have become calls of places (place.py).

The rewritten function is made from the source of the one that is there, and only where that is certain to be
its source: what the compiler makes of it must be the very code that runs. Then it is compiled once more with
its element expressions replaced (lower_ast.py), and shares everything else with the first: globals, closure,
defaults, names, line numbers.

Where there is no source (a prompt, ``exec``, an installation of compiled files), or nothing in it can be
lowered, the function stays as it is, and renders the same. ``WAYFARE_LOWER=0`` in the environment turns
lowering off.
"""

from __future__ import annotations
import __future__ as future

import ast
import linecache
import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any, Final, TypeVar, cast

from ..html import Element
from .lower_ast import Function, Resolve, Rewriter, Site
from .place import Place

logger = logging.getLogger("wayfare.render")

F = TypeVar("F", bound=Callable[..., Any])

ENABLED: bool = os.environ.get("WAYFARE_LOWER", "1") != "0"
"""Whether functions are lowered. Read once, when the process begins."""

MAX_FUNCTIONS: Final = 4096
"""Functions remembered per process, lowered or found not to be; the oldest is forgotten first."""

MAX_FILES: Final = 4
"""Syntax trees of files that are kept: the components of a file are often mounted one after the other."""

_WRAPPER = ".wrapper"
_NESTED = 0x10
"""The flag of code that was compiled inside a function, as everything is that is compiled here."""
_FUTURES = sum({getattr(future, name).compiler_flag for name in future.all_feature_names} - {0, _NESTED})
"""The flags of all ``from __future__ import``, which change what a source means."""


class _Known:
    """What was found for one code object."""

    __slots__ = ("cells", "code", "lowered")

    def __init__(self, code: CodeType, lowered: CodeType | None, cells: dict[str, CellType]) -> None:
        self.code = code
        self.lowered = lowered
        self.cells = cells
        """What the rewritten code's own free variables hold."""


class _File:
    """A source, its syntax tree, and what a compiler asks of it for every function in it."""

    __slots__ = ("imports", "source", "tree")

    def __init__(self, source: str, tree: ast.Module) -> None:
        self.source = source
        self.tree = tree
        self.imports = _imports(tree)


_known: OrderedDict[int, _Known] = OrderedDict()
"""By the identity of the code, which stays its own for as long as it is remembered here."""
_files: OrderedDict[str, _File] = OrderedDict()


def lower(function: F) -> F:
    """``function`` with its element expressions lowered; itself where that can't be done with certainty.

    Args:
        function: a plain function. It is not changed.

    Returns:
        A function that does the same, and whose elements cost less to render.
    """
    if type(function) is not FunctionType or not ENABLED:
        return function
    plain = cast("FunctionType", function)
    code = function.__code__
    known = _known.get(id(code))
    if known is None:
        try:
            known = _lowered(plain)
        except Exception:
            logger.warning("%s can't be lowered and runs as it is", function.__qualname__, exc_info=True)
            known = _Known(code, None, {})
        if len(_known) >= MAX_FUNCTIONS:
            _known.popitem(last=False)
        _known[id(code)] = known
    if known.lowered is None:
        return function
    return cast("F", _function(plain, known.lowered, known.cells))


def _function(function: FunctionType, code: CodeType, cells: dict[str, CellType]) -> FunctionType:
    """``function`` with another code, and with the cells that this code has besides."""
    own = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    closure = tuple(cells[name] if name in cells else own[name] for name in code.co_freevars)
    made = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__qualname__ = function.__qualname__
    made.__module__ = function.__module__
    made.__doc__ = function.__doc__
    made.__dict__.update(function.__dict__)
    if hasattr(function, "__annotate__"):
        made.__annotate__ = function.__annotate__  # type: ignore[attr-defined]  # pyright: ignore
    else:
        made.__annotations__ = function.__annotations__
    if hasattr(function, "__type_params__"):
        made.__type_params__ = function.__type_params__  # type: ignore[attr-defined]  # pyright: ignore
    return made


def _lowered(function: FunctionType) -> _Known:
    code = function.__code__
    nothing = _Known(code, None, {})
    if any(name.startswith(".") for name in code.co_freevars):
        return nothing  # a part of a function that has been lowered as a whole
    resolve = _resolver(function)
    if not _mentions_elements(code, resolve):
        return nothing
    file = _file_of(function)
    found = None if file is None else _source_of(code, file)
    if file is None or found is None:
        return nothing
    rewriter = Rewriter(resolve)
    rewritten = rewriter.rewrite(found)
    sites = rewriter.sites
    if not sites:
        return nothing
    cells = _cells(sites, code)
    made = _compiled(rewritten, code, file, (*code.co_freevars, *cells))
    return _Known(code, _renamed(made, made.co_qualname, code.co_qualname), cells)


def _resolver(function: FunctionType) -> Resolve:
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))

    def resolve(name: str) -> object:
        if name not in cells:
            return function.__globals__.get(name)
        try:
            return cells[name].cell_contents
        except ValueError:  # nothing has been assigned yet
            return None

    return resolve


def _mentions_elements(code: CodeType, resolve: Resolve) -> bool:
    """Whether a name in ``code``, or in a function inside it, may be an element's. If not, why search."""
    stack = [code]
    while stack:
        current = stack.pop()
        names = current.co_names + current.co_freevars
        for value in map(resolve, names):
            if type(value) is Element:
                return True
            if type(value) is ModuleType and any(type(vars(value).get(name)) is Element for name in names):
                return True
        stack.extend(each for each in current.co_consts if isinstance(each, CodeType))
    return False


def _file_of(function: FunctionType) -> _File | None:
    """The file that ``function`` was compiled from, or what stands for one."""
    name = function.__code__.co_filename
    # Finds the source of what is no file too, where its loader or its notebook offers it.
    source = "".join(linecache.getlines(name, function.__globals__))
    known = _files.get(name)
    if known is None or known.source != source:
        try:
            known = _File(source, ast.parse(source, name))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if len(_files) >= MAX_FILES:
            _files.popitem(last=False)
        _files[name] = known
    return known


def _source_of(code: CodeType, file: _File) -> Function | None:
    """The part of the syntax tree of its file that ``code`` was compiled from."""
    candidates = [
        (node, _compiled(node, code, file, code.co_freevars)) for node in _functions_at(file.tree, code)
    ]
    same = [(node, made) for node, made in candidates if _is_same(made, code)]
    if len(same) > 1:
        # Equal functions in one line, which their columns tell apart.
        where = list(code.co_positions())
        same = [(node, made) for node, made in same if list(made.co_positions()) == where]
    return same[0][0] if len(same) == 1 else None


def _functions_at(tree: ast.Module, code: CodeType) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            if code.co_name == "<lambda>" and node.lineno == code.co_firstlineno:
                yield node
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == code.co_name:
            first = min((node.lineno, *(decorator.lineno for decorator in node.decorator_list)))
            if first == code.co_firstlineno:
                yield node


def _imports(tree: ast.Module) -> list[ast.stmt]:
    """The imports of a module: ``name.attribute()`` is compiled in another way where the name is imported."""
    found: list[ast.stmt] = []
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "__future__"):
            found.append(node)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            stack.extend(ast.iter_child_nodes(node))
    return found


def _compiled(function: Function, code: CodeType, file: _File, free: tuple[str, ...]) -> CodeType:
    """The code of a function that stands where ``code`` was compiled from and has these free variables."""
    bare = _bare(function)
    body: list[ast.stmt] = [ast.Assign([ast.Name(name, ast.Store())], ast.Constant(None)) for name in free]
    if isinstance(bare, ast.Lambda):
        body.append(ast.Return(bare))
    else:
        if bare.name not in free:
            # Where a function calls itself, that is the module's name, not one of the wrapper's.
            body.append(ast.Global([bare.name]))
        body.append(bare)
    wrapper = ast.FunctionDef(_WRAPPER, _no_arguments(), body, [])
    _without_type_parameters(wrapper)
    compiled = compile(
        ast.fix_missing_locations(ast.Module([*file.imports, wrapper], [])),
        code.co_filename,
        "exec",
        flags=code.co_flags & _FUTURES,
        dont_inherit=True,
    )
    return _only_code(_only_code(compiled))


def _bare(function: Function) -> Function:
    """``function`` without what is evaluated around it: decorators, defaults, annotations."""
    given = function.args
    arguments = ast.arguments(
        posonlyargs=[_unannotated(each) for each in given.posonlyargs],
        args=[_unannotated(each) for each in given.args],
        vararg=None if given.vararg is None else _unannotated(given.vararg),
        kwonlyargs=[_unannotated(each) for each in given.kwonlyargs],
        kw_defaults=[None for _ in given.kw_defaults],
        kwarg=None if given.kwarg is None else _unannotated(given.kwarg),
        defaults=[],
    )
    if isinstance(function, ast.Lambda):
        return ast.copy_location(ast.Lambda(arguments, function.body), function)
    # The decorators stay as places, because a function's first line is that of its first decorator.
    decorators: list[ast.expr] = [
        ast.copy_location(ast.Constant(None), each) for each in function.decorator_list
    ]
    bare = type(function)(function.name, arguments, function.body, decorators)
    _without_type_parameters(bare)
    return ast.copy_location(bare, function)


def _without_type_parameters(function: ast.AST) -> None:
    """Gives a definition the empty list of them that it has to have from Python 3.12 on."""
    if "type_params" in function._fields:
        function.type_params = []  # type: ignore[attr-defined]  # pyright: ignore


def _unannotated(argument: ast.arg) -> ast.arg:
    return ast.copy_location(ast.arg(argument.arg), argument)


def _no_arguments() -> ast.arguments:
    return ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


def _only_code(code: CodeType) -> CodeType:
    (inner,) = (each for each in code.co_consts if isinstance(each, CodeType))
    return inner


def _is_same(made: CodeType, code: CodeType) -> bool:
    """Whether two code objects do the same at the same lines. The names of what is around them may differ."""
    stack = [(made, code)]
    while stack:
        a, b = stack.pop()
        if (
            a.co_code != b.co_code
            or a.co_flags & ~_NESTED != b.co_flags & ~_NESTED
            or a.co_name != b.co_name
            or a.co_names != b.co_names
            or a.co_varnames != b.co_varnames
            or a.co_freevars != b.co_freevars
            or a.co_cellvars != b.co_cellvars
            or a.co_argcount != b.co_argcount
            or a.co_posonlyargcount != b.co_posonlyargcount
            or a.co_kwonlyargcount != b.co_kwonlyargcount
            or a.co_firstlineno != b.co_firstlineno
            or a.co_exceptiontable != b.co_exceptiontable
            or len(a.co_consts) != len(b.co_consts)
        ):
            return False
        for left, right in zip(a.co_consts, b.co_consts, strict=True):
            if isinstance(left, CodeType) and isinstance(right, CodeType):
                stack.append((left, right))
            elif not _is_equal(left, right):
                return False
    return True


def _is_equal(left: object, right: object) -> bool:
    """Whether two constants are the same: 1 and True are not, nor are 0.0 and -0.0."""
    if isinstance(left, frozenset):
        return left == right  # whose repr has no order that can be relied on
    return type(left) is type(right) and repr(left) == repr(right)


def _renamed(code: CodeType, old: str, new: str) -> CodeType:
    """``code`` and the functions inside it under the qualified names that they have in the source."""
    consts = tuple(
        _renamed(each, old, new) if isinstance(each, CodeType) else each for each in code.co_consts
    )
    return code.replace(co_consts=consts, co_qualname=new + code.co_qualname.removeprefix(old))


def _cells(sites: list[Site], code: CodeType) -> dict[str, CellType]:
    """The places, by the names that the rewritten code has for them."""
    listed = ast.Tuple([site.rebuild for site in sites], ast.Load())
    expression = ast.fix_missing_locations(ast.Expression(listed))
    # Named after the function, so that a traceback reads as if the line were still part of it.
    compiled = compile(
        expression, code.co_filename, "eval", flags=code.co_flags & _FUTURES, dont_inherit=True
    )
    rebuilds: tuple[FunctionType, ...] = eval(compiled, {})
    values: dict[str, object] = {}
    for site, rebuild in zip(sites, rebuilds, strict=True):
        rebuild.__code__ = rebuild.__code__.replace(co_name=code.co_name, co_qualname=code.co_qualname)
        where = f"{code.co_filename}:{site.line}"
        values[site.place_name] = Place(site.steps, partial(rebuild, *site.elements), where).call()
        values[site.stale_name] = partial(partial, rebuild)
        for root, element in zip(site.roots, site.elements, strict=True):
            values[f".{root}"] = element
    return {name: CellType(value) for name, value in values.items()}
