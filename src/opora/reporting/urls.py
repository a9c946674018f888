"""Addresses of reports."""

from django.urls import include, path

from opora.reporting import views, views_texts

urlpatterns = [
    path("", include("opora.reporting.statistics.urls")),
    path("office/reports/", views.reports, name="reports"),
    path("office/reports/runs/", views.start_run, name="report_run_start"),
    path("office/reports/runs/<int:pk>/", views.run, name="report_run"),
    path("office/reports/<int:pk>/", views.report, name="report"),
    path("office/reports/<int:pk>/preview/", views_texts.preview, name="report_preview"),
    path("office/reports/<int:pk>/sections/<slug:section>/", views_texts.section, name="report_section"),
    path("office/reports/<int:pk>/make/", views.make, name="report_make"),
    path("office/reports/<int:pk>/freeze/", views.freeze, name="report_freeze"),
    path("office/reports/<int:pk>/do/<slug:act>/", views.do, name="report_do"),
    path("office/reports/versions/<int:pk>/<slug:code>/", views.file, name="report_file"),
]
