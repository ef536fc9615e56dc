"""Finds the element expressions in a function's syntax tree and writes calls of places in their stead.

::

    tr(class_="row")[td[str(row.id)], td[row.name]]

    (.place0 if tr is .tr and td is .td else .stale0(tr, td))(str(row.id), row.name)

The names that begin with a dot are free variables which only a compiler's input can spell, so they meet no
name of the user's. The condition makes it safe to have looked ``tr`` and ``td`` up once: where one of them
means something else by the time the line runs, ``stale`` builds what it means then.

An expression is taken only where every part of it is understood. What is not (a starred child,
``**attributes``, a slice) stays as it is written, and the expressions inside it are looked at on their own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, TypeAlias, cast

from ..errors import UsageError
from ..html import (
    RAW_TEXT,
    URL_ATTRIBUTES,
    VOID,
    Element,
    attribute_name,
    checked_name,
    event_name,
    is_script_url,
)
from .steps import Attribute, Child, Close, Constant, On, Open, RawText, Reference, Step, Text

Resolve: TypeAlias = Callable[[str], object]
"""What a name of the function's globals or closure stands for now."""

_LITERALS = (str, int, float, bool, type(None))
# A call of one of these gives what runs when it is iterated over.
_LAZY = frozenset({"map", "filter", "zip", "reversed", "enumerate", "iter"})
# A function that looks at its own variables would see those that are added here.
_INTROSPECTION = frozenset({"locals", "vars", "eval", "exec", "dir", "super", "__class__"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda"


class Site:
    """One element expression that was found."""

    def __init__(self, number: int, tree: _Tree) -> None:
        self.number = number
        self.line = tree.node.lineno
        self.roots = list(dict.fromkeys(tree.root_names()))
        """The names of elements that it uses, as they are written (``td``, ``h.td``)."""
        self.elements: tuple[Element, ...] = tuple(tree.resolved()[name] for name in self.roots)
        self.holes: list[ast.expr] = list(tree.holes())
        position = {id(hole): at for at, hole in enumerate(self.holes)}
        self.steps: tuple[Step, ...] = tuple(tree.steps(position))
        self.rebuild = self._rebuild(tree)
        """A function of the elements and then the values that evaluates the expression as it is written."""

    @property
    def place_name(self) -> str:
        return f".place{self.number}"

    @property
    def stale_name(self) -> str:
        return f".stale{self.number}"

    def _rebuild(self, tree: _Tree) -> ast.Lambda:
        replaced: dict[int, ast.AST] = {}
        for at, hole in enumerate(self.holes):
            replaced[id(hole)] = _name(f".value{at}", hole)
        for each in tree.trees():
            replaced[id(each.root)] = _name(f".element{self.roots.index(each.root_name)}", each.root)
        names = [f".element{at}" for at in range(len(self.roots))]
        names += [f".value{at}" for at in range(len(self.holes))]
        arguments = ast.arguments(
            posonlyargs=[], args=[ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        body = cast("ast.expr", _copy(tree.node, lambda node: replaced.get(id(node))))
        made = ast.copy_location(ast.Lambda(arguments, body), tree.node)
        return ast.fix_missing_locations(made)


class _Tree:
    """An element expression that is understood: its root, what is given to it, and in which order."""

    def __init__(self, node: ast.expr, root: ast.expr, root_name: str, element: Element) -> None:
        self.node = node
        self.root = root
        self.root_name = root_name
        self.element = element
        self.attributes: dict[str, ast.expr | Constant] = {
            name: Constant(value) for name, value in element.attributes.items()
        }
        self.children: list[ast.expr | Constant | _Tree] | None = None
        self.order: list[ast.expr | _Tree] = []
        """What is evaluated, in that order."""
        self.alone = False
        """Whether one child stands in the brackets without a comma: a tuple there is several children."""
        self.lazy = False
        """Whether a child runs when it is iterated over: before what stands after it is evaluated."""

    def trees(self) -> Iterator[_Tree]:
        yield self
        for each in self.order:
            if isinstance(each, _Tree):
                yield from each.trees()

    def root_names(self) -> Iterator[str]:
        return (each.root_name for each in self.trees())

    def resolved(self) -> dict[str, Element]:
        return {each.root_name: each.element for each in self.trees()}

    def holes(self) -> Iterator[ast.expr]:
        for each in self.order:
            if isinstance(each, _Tree):
                yield from each.holes()
            else:
                yield each

    def steps(self, position: dict[int, int]) -> Iterator[Step]:
        """What ``template.split`` would find on its way through the element, as far as it is known."""
        tag = self.element.tag
        attributes = self.attributes
        children = self.children or []
        yield Open(tag)
        if tag == "textarea" and "value" in attributes:
            attributes = dict(attributes)
            children = [attributes.pop("value")]
        for name, value in attributes.items():
            at = value if isinstance(value, Constant) else position[id(value)]
            if name.startswith("on:"):
                if not isinstance(at, Constant):
                    yield On(name[3:], at)
            elif name == "ref":
                assert not isinstance(at, Constant)
                yield Reference(at)
            else:
                yield Attribute(name, at, tag == "select" and name == "value")
        if tag in RAW_TEXT:
            yield RawText(tag, tuple(self._part(child, position) for child in children))
            yield Close()
        elif tag not in VOID:
            for child in children:
                if isinstance(child, _Tree):
                    yield from child.steps(position)
                elif not isinstance(child, Constant):
                    yield Child(position[id(child)], tag, self.alone)
                elif child.value is not None and not isinstance(child.value, bool):
                    yield Text(str(child.value))
            yield Close()

    def _part(self, child: ast.expr | Constant | _Tree, position: dict[int, int]) -> int | Constant:
        assert not isinstance(child, _Tree)
        return child if isinstance(child, Constant) else position[id(child)]


class _NotUnderstood(Exception):  # noqa: N818 - not a fault: the expression is left as it is
    """Raised where an element expression has a part that is evaluated in a way not known here."""


class Rewriter:
    """Copies a function's syntax tree, with calls of places for its element expressions.

    Args:
        resolve: what a name stands for that the function itself doesn't bind; None where nothing.
    """

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._scopes: list[frozenset[str]] = []
        self.sites: list[Site] = []

    def rewrite(self, function: Function) -> Function:
        """The function as a place-calling copy; ``sites`` has what was found."""
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in _INTROSPECTION:
                return function
        return cast("Function", self._visit(function))

    def _visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Call | ast.Subscript):
            placed = self._placed(node)
            if placed is not None:
                return placed
        if isinstance(node, ast.pattern):
            return node
        if isinstance(node, _SCOPES):
            self._scopes.append(frozenset(_bound_by_function(node)))
        elif isinstance(node, _COMPREHENSIONS):
            targets = [name for part in node.generators for name in _stored(part.target)]
            self._scopes.append(frozenset(targets))
        elif isinstance(node, ast.ClassDef):
            self._scopes.append(frozenset(_bound_in(node.body)))
        else:
            return self._copied(node)
        try:
            return self._copied(node)
        finally:
            self._scopes.pop()

    def _copied(self, node: ast.AST) -> ast.AST:
        return _copy_fields(node, self._visit)

    def _placed(self, node: ast.Call | ast.Subscript) -> ast.expr | None:
        chain = self._chain(node)
        if chain is None:
            return None
        try:
            tree = self._tree(node)
        except _NotUnderstood:
            return cast("ast.expr", self._inside(node))
        site = Site(len(self.sites), tree)
        self.sites.append(site)
        place = _name(site.place_name, node)
        checks: list[ast.expr] = [
            ast.Compare(_dotted(root, node), [ast.Is()], [_name(f".{root}", node)]) for root in site.roots
        ]
        stale = ast.Call(_name(site.stale_name, node), [_dotted(root, node) for root in site.roots], [])
        made = ast.Call(
            ast.IfExp(checks[0] if len(checks) == 1 else ast.BoolOp(ast.And(), checks), place, stale),
            [cast("ast.expr", self._visit(hole)) for hole in site.holes],
            [],
        )
        return _located(made, node)

    def _inside(self, node: ast.AST) -> ast.AST:
        """An expression that is left as it is, with what stands between its brackets rewritten.

        Its own beginning is not: ``div(class_="x")`` of ``div(class_="x")[*rows]`` is no element by itself.
        """
        if isinstance(node, ast.Call):
            first = node.func
        elif isinstance(node, ast.Subscript):
            first = node.value
        else:
            return _copy_fields(node, self._visit)
        return _copy_fields(node, lambda part: self._inside(part) if part is first else self._visit(part))

    def _chain(self, node: ast.expr) -> tuple[ast.expr, str, Element] | None:
        """The name at the beginning of ``name(...)[...]`` and its element, where it is one."""
        root = node
        while True:
            if isinstance(root, ast.Call):
                root = root.func
            elif isinstance(root, ast.Subscript) and isinstance(root.ctx, ast.Load):
                root = root.value
            else:
                break
        if isinstance(root, ast.Name):
            found = self._value_of(root.id)
            return (root, root.id, found) if type(found) is Element else None
        if isinstance(root, ast.Attribute) and isinstance(root.value, ast.Name):
            module = self._value_of(root.value.id)
            if type(module) is ModuleType:
                found = vars(module).get(root.attr)
                return (root, f"{root.value.id}.{root.attr}", found) if type(found) is Element else None
        return None

    def _value_of(self, name: str) -> object:
        return None if any(name in scope for scope in self._scopes) else self._resolve(name)

    def _tree(self, node: ast.expr) -> _Tree:
        chain = self._chain(node)
        assert chain is not None
        tree = _Tree(node, *chain)
        if chain[2].children or any(not _plain(*each) for each in chain[2].attributes.items()):
            raise _NotUnderstood
        steps: list[ast.Call | ast.Subscript] = []
        current: ast.expr = node
        while current is not chain[0]:
            assert isinstance(current, ast.Call | ast.Subscript)
            steps.append(current)
            current = current.func if isinstance(current, ast.Call) else current.value
        for step in reversed(steps):
            if isinstance(step, ast.Call):
                self._call(tree, step)
            else:
                self._brackets(tree, step.slice)
        _check_special(tree)
        return tree

    def _call(self, tree: _Tree, call: ast.Call) -> None:
        for mapping in call.args:
            if not isinstance(mapping, ast.Dict):
                raise _NotUnderstood
            for key, value in zip(mapping.keys, mapping.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    raise _NotUnderstood
                self._attribute(tree, _checked(checked_name, key.value), value)
        for keyword in call.keywords:
            if keyword.arg is None:
                raise _NotUnderstood
            event = _checked(event_name, keyword.arg)
            if event is not None:
                self._attribute(tree, f"on:{event}", keyword.value)
            else:
                name = "ref" if keyword.arg == "ref" else _checked(attribute_name, keyword.arg)
                self._attribute(tree, name, keyword.value)

    def _attribute(self, tree: _Tree, name: str, value: ast.expr) -> None:
        if name in tree.attributes:
            raise _NotUnderstood
        if not isinstance(value, ast.Constant):
            tree.attributes[name] = value
            tree.order.append(value)
        elif _plain(name, value.value) or (name.startswith("on:") and value.value is None):
            tree.attributes[name] = Constant(value.value)
        else:
            raise _NotUnderstood

    def _brackets(self, tree: _Tree, inner: ast.expr) -> None:
        if tree.children is not None or tree.element.tag in VOID:
            raise _NotUnderstood
        tree.children = []
        given = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if not given:
            raise _NotUnderstood
        tree.alone = not isinstance(inner, ast.Tuple)
        for child in given:
            if isinstance(child, ast.Starred | ast.Slice):
                raise _NotUnderstood
            if isinstance(child, ast.Constant):
                if not isinstance(child.value, _LITERALS):
                    raise _NotUnderstood
                tree.children.append(Constant(child.value))
                continue
            part = self._child(child)
            tree.children.append(part)
            if not isinstance(part, Constant):
                tree.order.append(part)
            tree.lazy |= part is child and _is_lazy(child)

    def _child(self, child: ast.expr) -> ast.expr | Constant | _Tree:
        if self._chain(child) is None:
            return child
        try:
            tree = self._tree(child)
        except _NotUnderstood:
            return child
        return child if tree.lazy else tree


def _check_special(tree: _Tree) -> None:
    """Leaves out the elements whose value and children depend on each other."""
    tag = tree.element.tag
    if tag in RAW_TEXT and any(isinstance(child, _Tree) for child in tree.children or ()):
        raise _NotUnderstood
    value = tree.attributes.get("value")
    if value is None:
        return
    if tag == "textarea" and tree.children is not None:
        raise _NotUnderstood
    if tag == "select" and isinstance(value, Constant) and value.value is not None:
        raise _NotUnderstood


def _plain(name: str, value: object) -> bool:
    """Whether an attribute is a constant whose rendering asks and tells nobody anything."""
    if name == "ref" or name.startswith("on:") or not isinstance(value, _LITERALS):
        return False
    # A refused URL is logged each time it is rendered.
    return not (isinstance(value, str) and name in URL_ATTRIBUTES and is_script_url(value))


def _checked(rule: Callable[[str], Any], name: str) -> Any:
    try:
        return rule(name)
    except UsageError:
        raise _NotUnderstood from None


def _is_lazy(node: ast.expr) -> bool:
    if isinstance(node, ast.GeneratorExp):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _LAZY


def _bound_by_function(function: Function) -> Iterator[str]:
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            yield rest.arg
    for parameter in getattr(function, "type_params", ()):
        yield parameter.name
    yield from _bound_in([function.body] if isinstance(function, ast.Lambda) else function.body)


def _bound_in(body: Iterable[ast.AST]) -> Iterator[str]:
    """The names that are bound in a scope, not those of the scopes inside it."""
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            stack.extend(node.decorator_list)
            if isinstance(node, ast.ClassDef):
                stack.extend((*node.bases, *node.keywords))
            else:
                stack.append(node.args)
        elif isinstance(node, ast.Lambda):
            stack.append(node.args)
        elif isinstance(node, ast.comprehension):
            # Its target is the comprehension's own; a walrus anywhere in it binds here.
            stack.extend((node.iter, *node.ifs))
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.split(".")[0]
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        else:
            if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
                if node.name is not None:
                    yield node.name
            elif isinstance(node, ast.MatchMapping) and node.rest is not None:
                yield node.rest
            stack.extend(ast.iter_child_nodes(node))


def _stored(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _copy_fields(node: ast.AST, change: Callable[[ast.AST], ast.AST]) -> ast.AST:
    """A copy of ``node`` in which each node directly below is what ``change`` makes of it."""
    fields: dict[str, Any] = {}
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            value = change(value)
        elif isinstance(value, list):
            value = [
                change(each) if isinstance(each, ast.AST) else each for each in cast("list[object]", value)
            ]
        fields[name] = value
    return ast.copy_location(type(node)(**fields), node)


def _copy(node: ast.AST, replace: Callable[[ast.AST], ast.AST | None]) -> ast.AST:
    """A deep copy of ``node`` in which some nodes are replaced."""
    instead = replace(node)
    return instead if instead is not None else _copy_fields(node, lambda part: _copy(part, replace))


def _name(name: str, at: ast.expr) -> ast.Name:
    return ast.copy_location(ast.Name(name, ast.Load()), at)


def _dotted(name: str, at: ast.expr) -> ast.expr:
    first, _, rest = name.partition(".")
    root = _name(first, at)
    return ast.copy_location(ast.Attribute(root, rest, ast.Load()), at) if rest else root


def _located(made: ast.expr, at: ast.expr) -> ast.expr:
    """``made`` with the position of ``at`` wherever it has none of its own."""
    stack: list[ast.AST] = [made]
    while stack:
        node = stack.pop()
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            ast.copy_location(node, at)
            stack.extend(ast.iter_child_nodes(node))
        elif "lineno" not in node._attributes:
            stack.extend(ast.iter_child_nodes(node))
    return made
