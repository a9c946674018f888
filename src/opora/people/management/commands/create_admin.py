"""`opora manage create_admin EMAIL`: the first administrator of an installation."""

from __future__ import annotations

import getpass
import os
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser

from opora.core import clock
from opora.core.access import SYSTEM
from opora.core.transactions import act
from opora.people.models import Account, RoleAssignment
from opora.people.queries import accounts_by_address


class Command(BaseCommand):
    help = "Первый администратор установки"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("OPORA_ADMIN_PASSWORD") or getpass.getpass("Пароль (не короче 10 знаков): ")
        try:
            validate_password(password)
        except ValidationError as error:
            self.stderr.write(" ".join(error.messages))
            raise SystemExit(1) from None
        email = options["email"].strip().lower()
        with act(SYSTEM):
            account = accounts_by_address(email).first() or Account(email=email)
            account.set_password(password)
            account.save()
            EmailAddress.objects.update_or_create(
                user=account, email=email, defaults={"verified": True, "primary": True}
            )
            RoleAssignment.objects.get_or_create(
                account=account,
                role="administrator",
                place_kind="system",
                place_id=None,
                defaults={"starts_on": clock.today(clock.WESTERNMOST)},
            )
        self.stdout.write(f"Администратор {email} готов.")
