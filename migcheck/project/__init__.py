"""The only door to Alembic: its configuration, the history, and running env.py.

Everything here happens in a process of its own that is thrown away: env.py changes sys.path, logging,
the environment and more.
"""

from migcheck.project.environment import Drive, Project, lost, user_frames, version_table, words

__all__ = ["Drive", "Project", "lost", "user_frames", "version_table", "words"]
