"""WSGI entry point for granian."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opora.config.settings")

application = get_wsgi_application()

from opora.catalogue.live import live  # noqa: E402  (needs the applications loaded)

live.start()

gc.freeze()  # what was loaded stays: the collector need not walk over it while somebody waits for an answer
