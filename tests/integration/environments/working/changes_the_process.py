"""Changes the working directory, the environment, the limits and the handlers of the process."""

import logging
import os
import signal
import sys
import tempfile
import warnings

from alembic import context
from sqlalchemy import engine_from_config

os.chdir(tempfile.gettempdir())
os.environ["PGHOST"] = "production.invalid"
os.environ["LC_ALL"] = "tr_TR.UTF-8"
sys.setrecursionlimit(300)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
