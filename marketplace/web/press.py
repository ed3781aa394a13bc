"""How pages are printed: Jinja, with our words set in their language once and values escaped without detours.

Half of what a list costs is its template. What never changes within a language (a message without parts, an icon, the
address of a file on the shelf) becomes text of the template when that is compiled, once for each language.
"""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, cast

import flask.templating
from jinja2 import Environment, Template, nodes
from jinja2.utils import LRUCache
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined] # private: not exported

from marketplace.kernel.words import LANGUAGES, gettext, language

FOREVER = ("asset", "icon")
"""Globals whose answer to constant arguments is always the same; that of ``_`` is in one language."""
KEPT = 400
Constant = Callable[..., str]


class Press(flask.templating.Environment):
    """The environment of our pages; it keeps compiled templates by language."""

    def __init__(self, app: flask.Flask, **options: Any) -> None:  # noqa: ANN401 - Jinja's own options
        self._kept = {code: cast("MutableMapping[Any, Any]", LRUCache(KEPT)) for code in LANGUAGES}
        super().__init__(app, **options)
        self.template_class = Page

    @property
    def cache(self) -> MutableMapping[Any, Any]:
        """Return the compiled templates of the language spoken now."""
        return self._kept[language()]

    @cache.setter
    def cache(self, _value: object) -> None:
        # Jinja makes one for all languages when it starts; ours stand already.
        pass

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        safe = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        known = {word: cast("Constant", self.globals[word]) for word in FOREVER if word in self.globals}
        _Setter({**known, "_": _marked if safe else gettext}).visit(tree)
        return tree


class Page(Template):
    """A compiled template that escapes by ``shown``."""

    @classmethod
    def _from_namespace(
        cls,
        environment: Environment,
        namespace: MutableMapping[str, Any],
        globals: MutableMapping[str, Any],  # noqa: A002 - as in Jinja
    ) -> Template:
        namespace["escape"] = shown
        # Jinja chains its mappings and looks through the chain for every page; ours are complete before the first is printed.
        return super()._from_namespace(environment, namespace, dict(globals))


def shown(value: object) -> str:
    """Return a value as HTML text: what ``escape`` gives, without making Markup of what is joined to a page next."""
    if type(value) is str:
        return escape_text(value)
    if type(value) is Markup:
        return value
    return str(value) if type(value) is int else escape(value)


def _marked(text: str) -> str:
    return Markup(gettext(text))  # noqa: S704 - our own catalogue


class _Setter(NodeTransformer):
    """Sets in type what is constant."""

    def __init__(self, known: Mapping[str, Constant]) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's way of naming
        """Replace a call whose answer is known."""
        self.generic_visit(node)
        answer = self._known.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if answer is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        given = [one.value for one in node.args if isinstance(one, nodes.Const)]
        return nodes.Const(answer(*given), lineno=node.lineno) if len(given) == len(node.args) else node
