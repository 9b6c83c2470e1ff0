"""What a run is told: defaults < a settings file < MIGCHECK_* < flags, each value with its origin."""

from migcheck.settings.alembic_config import check_setup_files, locate_config
from migcheck.settings.codes import check_codes
from migcheck.settings.fields import Settings
from migcheck.settings.sources import find_settings_file, load_settings

__all__ = [
    "Settings",
    "check_codes",
    "check_setup_files",
    "find_settings_file",
    "load_settings",
    "locate_config",
]
