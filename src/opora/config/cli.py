"""The ``opora`` command: a short verb starts a management command of some room.

Exit codes: 0 done, 1 refused with reasons, 2 wrong usage.
"""

import os
import sys
from pathlib import Path

SETTINGS = "opora.config.settings"
ROOMS = Path(__file__).resolve().parent.parent

# verb → (management command, what it does); a verb is known once some room has its command
COMMANDS = {
    "demo": ("demo", "загрузить вымышленный район и показать его"),
    "work": ("work", "исполнитель заданий: письма, сроки, пересчёты"),
    "import": ("import_register", "загрузить реестр из файла"),
    "export": ("export_register", "выгрузить реестр в файл"),
    "indicator": ("indicator", "значение показателя"),
    "report": ("report", "отчёт центра в файлы"),
    "quality": ("quality", "расчёт показателей независимой оценки"),
    "doctor": ("doctor", "проверить данные и установку"),
    "backup": ("backup", "сохранить базу и документы в один файл"),
    "restore": ("restore", "восстановить базу и документы из файла"),
    "token": ("token", "ключ API для учётной записи"),
    "bench": ("bench", "замеры скорости"),
}
OWN = {
    "serve": "веб-сервер (и исполнитель заданий: --with-worker)",
    "manage": "команды Django: migrate, createsuperuser, shell …",
}

WITHOUT_DATABASE = ("bench",)
"""Verbs that leave the installation's database alone: benchmarks have a server of their own."""


def main() -> int:
    """Entry point of the ``opora`` script."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage(), file=sys.stderr if not arguments else sys.stdout)
        return 0 if arguments else 2
    verb, rest = arguments[0], arguments[1:]
    if verb not in known_verbs():
        print(f"Команды «{verb}» нет.\n\n{usage()}", file=sys.stderr)  # noqa: T201
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    if verb == "serve":
        from opora.config.serving import main as serve

        return serve(rest)
    os.environ["OPORA_BATCH"] = "1"
    if verb not in WITHOUT_DATABASE and not _database_held():
        return 1
    return _run(verb, rest)


def known_verbs() -> dict[str, str]:
    """Verbs that work in this installation, with their descriptions, in the order of help."""
    present = {path.stem for path in ROOMS.glob("*/management/commands/*.py")}
    listed = {verb: text for verb, (command, text) in COMMANDS.items() if command in present}
    return OWN | listed


def usage() -> str:
    """The help text."""
    lines = [f"  {verb:<10} {text}" for verb, text in known_verbs().items()]
    return "\n".join(["opora КОМАНДА …", "", *lines, "", "Подробно о команде: opora КОМАНДА --help"])


def _database_held() -> bool:
    from opora.config.env import env
    from opora.core.embedded import DatabaseUnavailable, hold

    try:
        hold(env)
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)  # noqa: T201
        return False
    return True


def _run(verb: str, arguments: list[str]) -> int:
    """Run Django's manage, or a room's command under its short name: its usage line says ``opora import``."""
    import django
    from django.core.management import ManagementUtility, get_commands, load_command_class
    from django.db import OperationalError

    try:
        if verb == "manage":
            ManagementUtility(["opora manage", *arguments]).execute()
        else:
            django.setup()
            name = COMMANDS[verb][0]
            load_command_class(get_commands()[name], name).run_from_argv(["opora", verb, *arguments])
    except OperationalError as error:
        print(f"База недоступна или занята: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
