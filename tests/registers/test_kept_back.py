"""What the card does not show of a person, the history does not show either but to those who keep the row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.core import registers
from opora.core.registers import services
from opora.providers.models import Staff

from .samples import World, actor, person


def test_a_birthday_is_in_the_history_for_keepers_alone(world: World, signed_in: Any) -> None:
    row = Staff.objects.create(organisation=world.mine, last_name="Липова", first_name="Вера", post="педагог")
    manager, staff = actor(world, "provider_manager"), registers.get("staff")
    services.save(staff, manager, row, {"birth_date": dt.date(1984, 3, 17), "post": "методист"})
    world.people["teacher"] = person("teacher", "organisation", world.mine.pk)
    address = staff.url("history", row)
    for name, sees in (("provider_manager", True), ("teacher", False)):
        page = signed_in(name).get(address).content.decode()
        assert ("17.03.1984" in page) is sees, name
        assert "методист" in page
    assert signed_in("teacher").get(staff.csv_address).status_code == 403
