"""Addresses of all registers under /office/. Only slugs of declared registers match; other pages may stand beside."""

from __future__ import annotations

from django.urls import path, register_converter

from opora.core.registers import registry, views, views_files, views_saved
from opora.core.registers.declaration import Register
from opora.core.registers.importing import views as importing


class RegisterConverter:
    """A slug of a declared register ↔ the register."""

    regex = "[a-z][a-z0-9_-]*"

    def to_python(self, value: str) -> Register:
        found = registry.find(value)
        if found is None:
            raise ValueError(value)
        return found

    def to_url(self, value: Register | str) -> str:
        return value if isinstance(value, str) else value.slug


class KeyConverter:
    """An id or a public_id."""

    regex = "[0-9]{1,18}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(RegisterConverter, "register")
register_converter(KeyConverter, "key")

urlpatterns = [
    path("<register:register>/", views.list_page, name="register_list"),
    path("<register:register>/new/", views.new_page, name="register_new"),
    path("<register:register>/import/", importing.import_page, name="register_import"),
    path("<register:register>/import/template.xlsx", importing.template_page, name="register_template"),
    path("<register:register>/export.csv", views.export_page, {"kind": "csv"}, name="register_csv"),
    path("<register:register>/export.xlsx", views.export_page, {"kind": "xlsx"}, name="register_xlsx"),
    path("<register:register>/filters/save/", views_saved.save_filter, name="register_save_filter"),
    path("<register:register>/filters/<int:pk>/delete/", views_saved.delete_filter, name="register_delete_filter"),
    path("<register:register>/<key:key>/", views.card_page, name="register_card"),
    path("<register:register>/<key:key>/edit/", views.edit_page, name="register_edit"),
    path("<register:register>/<key:key>/history/", views.history_page, name="register_history"),
    path("<register:register>/<key:key>/files/", views_files.add_page, name="register_files"),
    path("<register:register>/<key:key>/files/<uuid:file>/", views_files.file_page, name="register_file"),
]
