"""Make sure that the browser of the tests is there: ``python tests/browser_setup.py``.

As root it is installed by apt; otherwise one line says what to install and the exit code is 1.
"""

import os
import shutil
import subprocess
import sys

OVERRIDE = "OPORA_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGE = "chromium"


def find_chromium() -> str | None:
    """Path of Chromium: OPORA_CHROMIUM, else the first of the usual names."""
    if chosen := os.environ.get(OVERRIDE):
        return chosen if shutil.which(chosen) else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> bool:
    """Install by apt when we may; whether that was possible and worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", PACKAGE]):
        # Its chatter goes to standard error: the last line of standard output belongs to the tests.
        done = subprocess.run(["apt-get", *words], env=environment, stdout=sys.stderr, check=False)
        if done.returncode and words[0] == "install":
            return False
    return True


def main() -> int:
    if find_chromium() or (install() and find_chromium()):
        return 0
    sys.stderr.write(f"The tests need Chromium: install it (apt-get install {PACKAGE}) or name it in {OVERRIDE}.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
