"""Addresses of figures."""

from django.urls import path

from opora.monitoring import views, views_compare, views_forecast

urlpatterns = [
    path("office/figures/", views.figures, name="figures"),
    path("office/compare/", views_compare.compare, name="figures_compare"),
    path("office/forecast/", views_forecast.forecast, name="forecast"),
    path("office/forecast/parameters/", views_forecast.parameters, name="forecast_parameters"),
    path("office/snapshots/", views_compare.frozen, name="snapshots"),
    path("office/snapshots/freeze/", views_compare.freeze, name="snapshot_freeze"),
    path("office/snapshots/<int:pk>/", views_compare.snapshot, name="snapshot"),
    path("office/figures/<str:code>/", views.indicator, name="indicator"),
]
