"""Puts a page of django-allauth, a Django template, into our own frame, which is Jinja's."""

from __future__ import annotations

from django.template import Context, Library, Node, NodeList
from django.template.base import Parser, Token
from django.template.loader import get_template

register = Library()


@register.tag
def shell(parser: Parser, token: Token) -> Framed:
    """`{% shell %}title{% main %}content{% endshell %}`"""
    title = parser.parse(("main",))
    parser.delete_first_token()
    main = parser.parse(("endshell",))
    parser.delete_first_token()
    return Framed(title, main)


class Framed(Node):
    child_nodelists = ("title", "main")

    def __init__(self, title: NodeList, main: NodeList) -> None:
        self.title = title
        self.main = main

    def render(self, context: Context) -> str:
        parts = {"title": self.title.render(context).strip(), "main": self.main.render(context)}
        return get_template("account.html").render(parts, context["request"])
