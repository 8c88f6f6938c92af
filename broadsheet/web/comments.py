"""Writing comments: every step is a page, so that it works without JavaScript. A script asks for
JSON and gets what changes on the page that it stands on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from broadsheet.community import actions, moderation, reacting
from broadsheet.community.limits import Refused
from broadsheet.community.models import Comment, Why
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web.ballots import ballot
from broadsheet.web.comment_text import html
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named
from broadsheet.web.talk import talk, writer
from broadsheet.web.writing import for_readers, wants_json, writes


@writes
def add(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """A comment on a paper; `parent` is the number of the comment that it answers."""
    paper = named(slug)
    parent = _standing(request.POST["parent"]) if request.POST.get("parent") else None
    if parent and parent.paper_id != paper.id:
        raise NotHere("There is no such comment on this paper.")
    text = request.POST.get("text", "")
    if request.POST.get("do") == "preview":
        return _form(request, paper, text, parent=parent, preview=True)
    try:
        made = actions.add_comment(reader, paper.id, text, parent.id if parent else None)
    except Refused as reason:
        return _form(request, paper, text, parent=parent, problem=reason)
    return _shown(request, made)


@for_readers
def reply(request: HttpRequest, _reader: Reader, number: int) -> HttpResponse:
    parent = _standing(number)
    return _form(request, parent.paper, "", parent=parent)


@for_readers
def edit(request: HttpRequest, reader: Reader, number: int) -> HttpResponse:
    comment = actions.own_comment(reader, number)
    text = request.POST.get("text", comment.text)
    if request.method != "POST" or request.POST.get("do") == "preview":
        return _form(request, comment.paper, text, edited=comment, preview=request.method == "POST")
    try:
        actions.edit_comment(reader, number, text)
    except Refused as reason:
        return _form(request, comment.paper, text, edited=comment, problem=reason)
    return _shown(request, comment)


@writes
def take_back(request: HttpRequest, reader: Reader, number: int) -> HttpResponse:
    return _shown(request, actions.delete_comment(reader, number))


@writes
def restore(request: HttpRequest, reader: Reader, number: int) -> HttpResponse:
    return _shown(request, actions.restore_comment(reader, number))


@writes
def react(request: HttpRequest, reader: Reader, number: int) -> HttpResponse:
    """One of the reactions; the button says whether it is to hold, so a second click is as one."""
    comment = _standing(number)
    holds = request.POST.get("holds") != "no"
    reacting.react(reader, number, request.POST.get("feeling", ""), holds=holds)
    if not wants_json(request):
        return redirect(address(comment))
    felt = reacting.felt([number], reader.pk)[number]
    context = {"comment": comment, "felt": felt, "token": get_token(request)}
    return JsonResponse({"html": render_to_string("_reactions.html", context, request)})


@for_readers
def flag(request: HttpRequest, reader: Reader, number: int) -> HttpResponse:
    """Tell the moderators: a page with the reasons, and what it sends."""
    comment = _standing(number)
    context: dict[str, Any] = {"told": False, "reasons": Why.choices, "token": get_token(request)}
    if request.method == "POST":
        moderation.flag(reader, number, request.POST.get("why", ""))
        context["told"] = True
    context |= {"comment": comment, "writer": writer(comment), "body": html(comment.text)}
    return render(request, "flag.html", context | {"back": address(comment)})


def permalink(request: HttpRequest, number: int) -> HttpResponse:
    """To where the comment stands; moderators see the hidden ones there, too."""
    user = request.user
    hidden = Comment.objects.filter(pk=number).select_related("paper")
    seen = hidden.first() if user.is_authenticated and user.is_staff else None
    return redirect(address(seen or _standing(number)))


def history(request: HttpRequest, number: int) -> HttpResponse:
    """Everything that a comment has said, the newest first."""
    comment = _standing(number)
    earlier = comment.revisions.order_by("-id")
    texts = [(comment.edited_at or comment.written_at, html(comment.text))]
    texts += [(one.written_at, html(one.text)) for one in earlier]
    context = {"comment": comment, "writer": writer(comment), "texts": texts}
    return render(request, "history.html", context | {"back": address(comment)})


def address(comment: Comment) -> str:
    return f"{reverse('paper', args=[comment.paper.slug])}#comment-{comment.pk}"


def _shown(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Back to the comment; for a script the whole discussion, in which others may have spoken."""
    if not wants_json(request):
        return redirect(address(comment))
    paper = comment.paper
    context = {"paper": paper, "talk": talk(request, paper), "ballot": ballot(request, [paper])}
    made = render_to_string("_discussion.html", context, request)
    return JsonResponse({"id": comment.pk, "address": address(comment), "html": made})


def _standing(number: int | str) -> Comment:
    """The comment with this number, if everybody may read it."""
    known = Comment.objects.standing().select_related("paper", "reader")
    found = known.filter(pk=number).first() if str(number).isdecimal() else None
    if not found:
        raise NotHere("There is no comment at this address, or it was taken back.")
    return found


def _form(
    request: HttpRequest,
    paper: Paper,
    text: str,
    *,
    parent: Comment | None = None,
    edited: Comment | None = None,
    preview: bool = False,
    problem: Refused | None = None,
) -> HttpResponse:
    """The page to write on: with what was written, what is answered, and what was wrong. For a
    script the form alone, the preview alone, or the sentence."""
    if problem and wants_json(request):
        raise problem
    if preview and wants_json(request):
        return JsonResponse({"preview": html(text)})
    action = ("comment-edit", edited.pk) if edited else ("comments", paper.slug)
    context = {
        "paper": paper,
        "text": text,
        "parent": parent,
        "parent_writer": writer(parent) if parent else "",
        "parent_body": html(parent.text) if parent else "",
        "edited": edited,
        "preview": html(text) if preview and text.strip() else "",
        "problem": problem.message if problem else "",
        "action": reverse(action[0], args=[action[1]]),
        "token": get_token(request),
    }
    if wants_json(request):
        return JsonResponse({"html": render_to_string("_answer.html", context, request)})
    return render(request, "comment.html", context, status=problem.status if problem else 200)
