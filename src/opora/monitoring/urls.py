"""Addresses of figures."""

from django.urls import path

from opora.monitoring import views

urlpatterns = [
    path("office/figures/", views.figures, name="figures"),
    path("office/figures/<str:code>/", views.indicator, name="indicator"),
]
