"""Addresses of reports."""

from django.urls import include, path

from opora.reporting import views, views_own, views_texts

urlpatterns = [
    path("", include("opora.reporting.statistics.urls")),
    path("office/reports/", views.reports, name="reports"),
    path("office/reports/runs/", views.start_run, name="report_run_start"),
    path("office/reports/runs/<int:pk>/", views.run, name="report_run"),
    path("office/assessments/", views_own.assessments, name="report_assessments"),
    path("office/assessments/begin/", views_own.begin, name="report_begin"),
    path("reports/self/<slug:slug>/<int:year>/", views_own.published, name="report_published"),
    path("reports/self/<slug:slug>/<int:year>/<slug:code>/", views_own.published_file, name="report_published_file"),
    path("office/reports/<int:pk>/plan-item/", views.plan_item, name="report_plan_item"),
    path("office/reports/<int:pk>/", views.report, name="report"),
    path("office/reports/<int:pk>/preview/", views_texts.preview, name="report_preview"),
    path("office/reports/<int:pk>/sections/<slug:section>/", views_texts.section, name="report_section"),
    path("office/reports/<int:pk>/make/", views.make, name="report_make"),
    path("office/reports/<int:pk>/freeze/", views.freeze, name="report_freeze"),
    path("office/reports/<int:pk>/do/<slug:act>/", views.do, name="report_do"),
    path("office/reports/versions/<int:pk>/<slug:code>/", views.file, name="report_file"),
]
