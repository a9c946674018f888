"""`opora manage runtime_role NAME`: rights of the database role as which the application serves.

Migrations are run by the owner of the tables; server and worker then connect as this role, which can neither change
append-only tables nor switch their triggers off (docs/threat-model.md). Run it again after each migration.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY = """
SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE p.proname IN ('refuse_change', 'refuse_but_erasure') AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON FUNCTION erase_personal(text, text, bigint, text[], text, bigint) TO {role}",
)


class Command(BaseCommand):
    help = "Rights of the database role as which the application serves (append-only tables stay so for it)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="an existing role of the database, not the owner of the tables")

    def handle(self, *, role: str, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper, rolname = current_user FROM pg_roles WHERE rolname = %s", [role])
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"Роли «{role}» в базе нет. Создайте её: CREATE ROLE … LOGIN PASSWORD '…'.")
            if any(found):
                raise CommandError(f"«{role}» – владелец таблиц или суперпользователь: для него запретов нет.")
            cursor.execute(APPEND_ONLY)
            tables = [name for (name,) in cursor.fetchall()]
            for text in GRANTS:
                cursor.execute(sql.SQL(text).format(role=sql.Identifier(role)))
            for table in tables:
                revoked = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}")
                cursor.execute(revoked.format(sql.Identifier(table), sql.Identifier(role)))
        self.stdout.write(f"Готово: роль «{role}» только дополняет таблицы: {', '.join(tables)}.")
