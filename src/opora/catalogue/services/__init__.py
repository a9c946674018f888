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
from opora.catalogue.services.openings import announce, finish, move, notice_begun, save_opening
from opora.catalogue.services.programmes import create_programme, save_module, update_programme
from opora.catalogue.services.timetable import add_exception, save_slot, set_timetable

__all__ = [
    "add_exception",
    "announce",
    "approve_revision",
    "archive_programme",
    "create_group",
    "create_programme",
    "finish",
    "map_focus_area",
    "move",
    "notice_begun",
    "publish_programme",
    "recall_programme",
    "restore_programme",
    "return_programme",
    "return_revision",
    "save_module",
    "save_opening",
    "save_slot",
    "set_timetable",
    "submit_programme",
    "update_group",
    "update_programme",
    "withdraw_revision",
]
