"""Fields and forms in the test kit's document: what they hold, and what a form sends.

As in a browser, a field's attributes are what the server gave it, and what a visitor has typed or ticked is
kept beside them (`Element.typed`, `Element.ticked`).
"""

from __future__ import annotations

from .dom import Element, TextNode, to_text, walk

_UNSENT_TYPES = frozenset({"submit", "button", "reset", "image"})
_BOXES = frozenset({"checkbox", "radio"})


def set_attribute(element: Element, name: str, value: str | int | bool | None) -> None:
    """Set an attribute as the client does: `:...` is the element's text, True is an empty value, None
    removes. What the server says about a field's value counts more than what was typed."""
    if name[0] == ":":
        for child in element.children:
            child.remove()
        if value:
            element.insert(TextNode(str(value)))
        element.typed = None
        return
    if value is None:
        element.attributes.pop(name, None)
    else:
        element.attributes[name] = "" if value is True else str(value)
    if name == "value":
        element.typed = None
    elif name in ("checked", "selected"):
        element.ticked = None


def is_field(element: Element) -> bool:
    """Whether a visitor can change what the element holds."""
    return element.tag in ("input", "textarea", "select")


def is_box(element: Element) -> bool:
    """Whether the element is a checkbox or radio button."""
    return element.tag == "input" and element.attributes.get("type") in _BOXES


def is_ticked(element: Element) -> bool:
    """Whether a checkbox, radio button or option is chosen now."""
    given = "selected" if element.tag == "option" else "checked"
    return element.ticked if element.ticked is not None else given in element.attributes


def field_key(element: Element) -> tuple[str, ...]:
    """What a field is recognised by when its page is rendered afresh."""
    kept = element.attributes.get("value", "") if is_box(element) else ""
    return (element.tag, element.attributes.get("type", ""), element.attributes.get("name", ""), kept)


def options_of(select: Element) -> list[Element]:
    """The options of a select."""
    return [node for node in walk(select) if isinstance(node, Element) and node.tag == "option"]


def option_value(option: Element) -> str:
    """What an option stands for: its value, or else its text."""
    value = option.attributes.get("value")
    return to_text(option) if value is None else value


def field_value(element: Element) -> str:
    """What a field holds now. Of a select with `multiple`, the first chosen option."""
    if element.typed is not None:
        return element.typed
    if element.tag == "textarea":
        return "".join(node.data for node in walk(element) if isinstance(node, TextNode)).removeprefix("\n")
    if element.tag == "select":
        chosen = chosen_values(element)
        return chosen[0] if chosen else ""
    return element.attributes.get("value", "on" if is_box(element) else "")


def chosen_values(select: Element) -> list[str]:
    """The values of a select's chosen options. A select that shows one shows the first where none was
    chosen."""
    if select.typed is not None:
        return [select.typed]
    options = options_of(select)
    if "value" in select.attributes:
        return [value for value in map(option_value, options) if value == select.attributes["value"]]
    chosen = [option_value(option) for option in options if is_ticked(option)]
    if "multiple" in select.attributes:
        return chosen
    enabled = [option_value(option) for option in options if "disabled" not in option.attributes]
    return chosen[-1:] or enabled[:1]


def form_fields(form: Element, submitter: Element | None = None) -> list[tuple[str, str]]:
    """The names and values that a form sends, in document order, with those of the button that sends it.

    >>> from .dom import find_all, parse_html
    >>> page = parse_html('<form><input name=a value=1><button name=c value=2></form>')
    >>> form_fields(find_all(page, "form")[0], find_all(page, "button")[0])
    [('a', '1'), ('c', '2')]
    """
    pairs: list[tuple[str, str]] = []
    for node in walk(form):
        if not isinstance(node, Element):
            continue
        name = node.attributes.get("name")
        if not name or _is_disabled(node, form):
            continue
        if node is submitter:
            pairs.append((name, node.attributes.get("value", "")))
        elif node.tag == "select":
            pairs.extend((name, value) for value in chosen_values(node))
        elif is_field(node) and _is_sent(node):
            pairs.append((name, field_value(node)))
    return pairs


def _is_sent(field: Element) -> bool:
    return is_ticked(field) if is_box(field) else field.attributes.get("type") not in _UNSENT_TYPES


def _is_disabled(element: Element, form: Element) -> bool:
    outer: Element | None = element
    while outer is not None and outer is not form:
        if "disabled" in outer.attributes and (outer is element or outer.tag == "fieldset"):
            return True
        outer = outer.parent
    return False


def first_submitter(form: Element) -> Element | None:
    """The button that sends a form where none was pressed; None where it has none."""
    for node in walk(form):
        if (
            isinstance(node, Element)
            and node.tag in ("button", "input")
            and "disabled" not in node.attributes
        ):
            kind = node.get("type", "submit" if node.tag == "button" else "text")
            if kind in ("submit", "image"):
                return node
    return None
