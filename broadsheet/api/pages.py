"""What programs and their authors read first: the description, the page about it, `llms.txt`."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from broadsheet.api import openapi
from broadsheet.api.mcp_tools import TOOLS
from broadsheet.api.route import site
from broadsheet.exports import caching

LLMS = """\
# {name}

> A daily page of research papers: by day, week and month, ranked by votes, found by words and by \
meaning. Every page is also Markdown: put `.md` behind its address, or send `Accept: text/markdown`.

## Read
- [Newest papers]({site}/papers.md): the newest day that has papers, most voted first
- [A day]({site}/papers/date/2025-12-15.md): any day; also /papers/week/2025-W50.md and \
/papers/month/2025-12.md
- [A paper]({site}/papers/1706.03762.md): by arXiv id; .bib, .ris and .csl.json behind the same \
address cite it
- [Search]({site}/papers.md?q=state+space+models): words, "exact phrases", -without, or an \
identifier

## Programs
- [API]({site}/api): JSON for everything; Hugging Face's client works with HF_ENDPOINT={site}
- [OpenAPI]({site}/api/openapi.json): the same as a description for programs
- [MCP]({site}/mcp): Model Context Protocol over streamable HTTP: {tools}
"""


@caching.lasting
def description(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse(openapi.document(), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@caching.lasting
def about(request: HttpRequest) -> HttpResponse:
    reads = [(route.path, *openapi.described(route), openapi.parameters(route))
             for route in openapi.ROUTES]  # fmt: skip
    context = {"reads": reads, "writes": openapi.WRITES, "tools": TOOLS, "here": site(request)}
    return render(request, "api.html", context)


@caching.lasting
def llms(request: HttpRequest) -> HttpResponse:
    tools = ", ".join(tool.name for tool in TOOLS)
    text = LLMS.format(name=settings.SITE_NAME, site=site(request), tools=tools)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
