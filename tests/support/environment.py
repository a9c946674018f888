"""The environment of a test run: its own home, so that no test touches real data."""

import hashlib
import os
import tempfile
from pathlib import Path

PREPARED = "OPORA_TEST_HOME_PREPARED"
ROOT = Path(__file__).resolve().parents[2]


def prepare() -> None:
    """Set what the settings read. One home per clone and user, kept between runs.

    Beside OPORA_HOME when that is set, never in it: the test server does not sync its writes to the disk.
    """
    clone = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:10]
    own = Path(tempfile.gettempdir()) / f"opora-tests-{os.geteuid()}-{clone}"
    given = os.environ.get("OPORA_HOME")
    if not os.environ.get(PREPARED):  # workers of xdist inherit what their controller prepared
        os.environ["OPORA_HOME"] = f"{given.rstrip('/')}-tests" if given else str(own)
        os.environ[PREPARED] = "1"
    os.environ["OPORA_PG_FSYNC"] = "off"
    os.environ["DJANGO_SETTINGS_MODULE"] = "opora.config.settings_test"
    for name in ("DATABASE_URL", "OPORA_DEMO", "OPORA_EMAIL_URL", "OPORA_FILES_URL", "OPORA_TILES_URL"):
        os.environ.pop(name, None)
