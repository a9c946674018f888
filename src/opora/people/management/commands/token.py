"""`opora token EMAIL`: an API token for that account, printed once."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opora.core.access import SYSTEM
from opora.people.queries import accounts_by_address
from opora.people.tokens import create_token


class Command(BaseCommand):
    help = "Ключ API для учётной записи"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="Командная строка")
        parser.add_argument("--read-only", action="store_true", help="только чтение")
        parser.add_argument("--days", type=int, help="срок действия в днях")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        account = accounts_by_address(options["email"]).first()
        if account is None:
            self.stderr.write(f"Учётной записи {options['email']} нет.")
            raise SystemExit(1)
        scopes = ("read",) if options["read_only"] else ("read", "write")
        token = create_token(SYSTEM, account=account, name=options["name"], scopes=scopes, days=options["days"])
        self.stdout.write(json.dumps({"token": token}) if options["json"] else token)
