"""The settings page of the look, the gallery of components and the error pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from opora.core.ui import look as looks
from opora.core.ui.gallery import gallery_context


def _back(request: HttpRequest) -> str:
    """The page to return to: only an address of this site, never the settings page itself."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


def _with_cookie(response: HttpResponse, chosen: looks.Look, secure: bool) -> HttpResponse:
    value = chosen.cookie()
    if value:
        response.set_cookie(looks.COOKIE, value, max_age=looks.COOKIE_AGE, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(looks.COOKIE, samesite="Lax")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def view_settings(request: HttpRequest) -> HttpResponse:
    """How the site looks for this visitor. No account needed; the choice lives in a cookie of this browser.

    GET shows the form; GET `?mode=low-vision` or `?mode=usual` switches at once (a link works without JavaScript
    and changes nothing on the server); POST keeps the choice. `next` is the page to return to.
    """
    mode = request.GET.get("mode")
    if mode in ("low-vision", "usual"):
        chosen = looks.LOW_VISION_START if mode == "low-vision" else looks.Look()
        return _with_cookie(HttpResponseRedirect(_back(request)), chosen, request.is_secure())
    if request.method == "POST":
        chosen = looks.Look() if "reset" in request.POST else looks.from_values(request.POST.dict())
        return _with_cookie(HttpResponseRedirect(_back(request)), chosen, request.is_secure())
    current = looks.from_cookie(request.COOKIES.get(looks.COOKIE, ""))
    titles = {
        "theme": "Тема",
        "scheme": "Цвета для слабовидящих",
        "size": "Размер букв",
        "spacing": "Расстояние между буквами и строками",
        "images": "Изображения и карты",
    }
    questions = [
        (name, titles[name], [(value, label, getattr(current, name) == value) for value, label in known.items()])
        for name, known in looks.CHOICES.items()
    ]
    return render(request, "opora/view_settings.html", {"questions": questions, "next": _back(request)})


@require_safe
def style_gallery(request: HttpRequest) -> HttpResponse:
    """Every component with an example; exists only for developers and on the demo stand."""
    if not (settings.DEBUG or getattr(settings, "OPORA_DEMO", False)):
        raise Http404
    context = gallery_context(request)
    if request.GET.get("frame") == "office":
        return render(request, "opora/gallery_office.html", context)
    return render(request, "opora/gallery.html", context)
