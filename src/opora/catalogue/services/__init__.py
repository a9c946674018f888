"""Writing the catalogue: programmes, moderation, modules, groups, timetable. Actor first, one transaction each."""

from opora.catalogue.services.groups import create_group, update_group
from opora.catalogue.services.mapping import map_focus_area
from opora.catalogue.services.moderation import (
    approve_revision,
    archive_programme,
    publish_programme,
    recall_programme,
    restore_programme,
    return_programme,
    return_revision,
    submit_programme,
    withdraw_revision,
)
from opora.catalogue.services.programmes import create_programme, save_module, update_programme
from opora.catalogue.services.timetable import add_exception, save_slot, set_timetable

__all__ = [
    "add_exception",
    "approve_revision",
    "archive_programme",
    "create_group",
    "create_programme",
    "map_focus_area",
    "publish_programme",
    "recall_programme",
    "restore_programme",
    "return_programme",
    "return_revision",
    "save_module",
    "save_slot",
    "set_timetable",
    "submit_programme",
    "update_group",
    "update_programme",
    "withdraw_revision",
]
