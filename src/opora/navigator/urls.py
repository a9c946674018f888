"""Addresses of the public pages: `path("", include("opora.navigator.urls"))`."""

from __future__ import annotations

from django.urls import path

from opora.navigator import views, views_lists, views_openings, views_programme, views_site

app_name = "navigator"
urlpatterns = [
    path("", views_site.home, name="home"),
    path("robots.txt", views_site.robots, name="robots"),
    path("sitemap.xml", views_site.sitemap, name="sitemap"),
    path("sitemap-<slug:name>.xml", views_site.sitemap_page, name="sitemap_page"),
    path("calendar/group-<int:pk>.ics", views_programme.group_calendar, name="group_calendar"),
    path("opening/", views_openings.opening_list, name="openings"),
    path("opening/<int:pk>/", views_openings.opening, name="opening"),
    path("opening/<int:pk>/state/", views_openings.opening_state, name="opening_state"),
    path("navigator/", views.search, name="search"),
    path("navigator/suggest/", views.suggest, name="suggest"),
    path("navigator/compare/", views_lists.compare, name="compare"),
    path("navigator/compare/<int:pk>/", views_lists.compare_toggle, name="compare_toggle"),
    path("navigator/favourites/", views_lists.favourites, name="favourites"),
    path("navigator/favourites/<int:pk>/", views_programme.favourite, name="favourite"),
    path("navigator/groups/<int:pk>/subscribe/", views_programme.subscribe, name="subscribe"),
    path("navigator/organisations/<slug:slug>/", views_lists.organisation_page, name="organisation"),
    path("navigator/<int:pk>/", views_programme.programme_page, name="programme_short"),
    path("navigator/<slug:slug>-<int:pk>/", views_programme.programme_page, name="programme"),
]
