"""The settings themselves: what each may hold, and the only place where values are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from migcheck.errors import UsageError
from migcheck.settings import values
from migcheck.spelling import did_you_mean

FORMATS = ("terminal", "json", "html", "junit", "sarif", "github", "gitlab", "markdown")
FAIL_ON = ("error", "warning", "never")
SEVERITIES = ("error", "warning", "info")
DATABASES = ("auto", "embedded", "local", "docker", "sqlite")
PARTS = ("revisions", "last", "since")
"""The settings of which each says by itself what part of the history is verified."""


@dataclass(frozen=True, slots=True)
class Field:
    """How one setting is checked: `accept` takes what a user gave (from Python or TOML) and returns
    the value in its one form, or raises ValueError; `expects` completes "must be ...".

    `choices` are the words allowed, if words they are. `path` says that a relative value in a
    settings file is meant from that file's folder. `merge` says that a table given in two sources is
    joined key by key, where everything else is replaced.
    """

    name: str
    accept: Callable[[object], object]
    expects: str
    choices: tuple[str, ...] = ()
    path: bool = False
    merge: bool = False


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("url", values.optional_path, "a path: an alembic.ini, a pyproject.toml or a folder", path=True),
        Field("name", values.text, "the name of a section, as text"),
        Field("x", values.words, "a list of texts such as key=value"),
        Field(
            "database",
            values.databases(DATABASES),
            "auto, embedded, embedded:VERSION, local, local:VERSION, local:FOLDER, docker, docker:IMAGE,"
            " sqlite or the URL of a server, or what a plugin brings (or several of them)",
            choices=DATABASES,
        ),
        Field("image", values.optional_text, "the name of an image, such as postgres:17"),
        Field(
            "image_env", values.environment, "a table of environment variables and their texts", merge=True
        ),
        Field("image_command", values.optional_text, "a command line, as text"),
        Field("reuse", values.flag, "true or false", choices=("true", "false")),
        Field("revisions", values.revision_range, "a range of revisions, FROM:TO"),
        Field("last", values.optional_number, "a whole number, 1 or more"),
        Field("since", values.optional_text, "what git knows a commit by, such as origin/main"),
        Field("shard", values.shard, "I/N, the I-th of N shards"),
        Field("target", values.words, "a list of revisions"),
        Field("setup", values.paths, "a list of .sql files", path=True),
        Field("stamp", values.words, "a list of revisions"),
        Field("select", values.codes, "a list of codes or prefixes such as MC204 or MC2"),
        Field("ignore", values.codes, "a list of codes or prefixes such as MC204 or MC2"),
        Field("plugins", values.modules, "a list of modules, such as shop.migration_checks"),
        Field("baseline", values.optional_path, "the path of a file", path=True),
        Field("check_snapshot", values.optional_path, "the path of a file", path=True),
        Field("fail_on", values.one_of(FAIL_ON), "error, warning or never", choices=FAIL_ON),
        Field("format", values.one_of(FORMATS), " or ".join(FORMATS), choices=FORMATS),
        Field(
            "output",
            values.outputs(FORMATS),
            "a file, FORMAT:FILE, or several of them; - is standard output",
            path=True,
        ),
        Field("url_env", values.variables, "a list of names of environment variables"),
        Field("env", values.environment, "a table of environment variables and their texts", merge=True),
        Field("seed_rows", values.count, "a whole number, 0 or more"),
        Field("random_seed", values.count, "a whole number, 0 or more"),
        Field("seeds", values.optional_path, "the path of a folder", path=True),
        Field("jobs", values.optional_number, "a whole number, 1 or more"),
        Field("executor", values.executor, "local or dask://HOST:PORT"),
        Field("cache", values.flag, "true or false", choices=("true", "false")),
        Field("cache_dir", values.optional_path, "the path of a folder", path=True),
        Field("paranoid", values.flag, "true or false", choices=("true", "false")),
        Field("step_timeout", values.seconds, "a number of seconds greater than 0"),
        Field(
            "severity",
            values.severities(SEVERITIES),
            "a table of codes and severities, such as MC401 = 'warning'",
            merge=True,
        ),
        Field("independent_branches", values.words, "a list of branch labels"),
        Field("locale", values.text, "the name of a locale, as text"),
        Field("verbose", values.count, "a whole number, 0 or more"),
        Field("quiet", values.count, "a whole number, 0 or more"),
        Field("color", values.switch, "true, false or 'auto'", choices=("auto", "always", "never")),
    )
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides what a run does and how it is reported; the fields are the flags of `verify`.

    Values are checked and brought to one form on construction: lists become tuples, mappings tuples
    of pairs, one text where a list belongs becomes a tuple of it. Raises UsageError.

    `url` is the Alembic project (a config file or the folder of one; None: look in the working
    directory), `database` where its disposable databases live (given several times, it is verified on
    each), `image`, `image_env` and `image_command` what containers are made of, `reuse` whether one is kept
    for the next run, `jobs` how many parts of the history are walked side by side (None: as many as there are
    processors; on a Dask cluster, `executor`, as many as its workers have threads), `step_timeout` is in
    seconds. With `cache`, the state before a part of a history is kept in
    `cache_dir` (None: the user's folder for caches) and taken from there; with `paranoid` every snapshot of
    the schema is compared with one that is read from scratch. Each table gets `seed_rows` rows
    (0: none, and nothing is proved of rows), made with `random_seed`; `seeds` is the folder of the user's own
    rows (None: `seeds` beside the config file, where there is one).
    `target`, `stamp` and `revisions` name revisions as Alembic does; `last` is a number of revisions, `since`
    a commit: what has changed since is verified, and all that stands on it. `shard` is I/N: the I-th of N
    equal stretches of all that. `select` and `ignore` hold codes or prefixes of codes, `severity` pairs of
    code and severity, `env` pairs of variable and value; `plugins` are modules that register checks and
    providers; `baseline` names a file of findings that are known, `check_snapshot` one of the schema.
    `output` holds files, in `format`, and FORMAT:FILE. `color` None means: where a terminal shows it.
    `quiet` 1 shows a line for each finding and the summary, 2 nothing.

    >>> Settings(select="MC2,MC401", fail_on="warning").select
    ('MC2', 'MC401')
    """

    url: str | None = None
    name: str = "alembic"
    x: tuple[str, ...] = ()
    database: tuple[str, ...] = ("auto",)
    image: str | None = None
    image_env: tuple[tuple[str, str], ...] = ()
    image_command: str | None = None
    reuse: bool = False
    revisions: str | None = None
    last: int | None = None
    since: str | None = None
    shard: str | None = None
    target: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    stamp: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    baseline: str | None = None
    check_snapshot: str | None = None
    fail_on: str = "error"
    format: str = "terminal"
    output: tuple[str, ...] = ()
    url_env: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    seed_rows: int = 5
    random_seed: int = 0
    seeds: str | None = None
    jobs: int | None = None
    executor: str = "local"
    cache: bool = True
    cache_dir: str | None = None
    paranoid: bool = False
    step_timeout: float = 300.0
    severity: tuple[tuple[str, str], ...] = ()
    independent_branches: tuple[str, ...] = ()
    locale: str = "C.UTF-8"
    verbose: int = 0
    quiet: int = 0
    color: bool | None = None

    def __post_init__(self) -> None:
        for name in FIELDS:
            object.__setattr__(self, name, checked(name, getattr(self, name), f"the setting {name}"))
        parts = [name for name in PARTS if getattr(self, name) is not None]
        if len(parts) > 1:
            raise UsageError(
                f"{' and '.join(parts)} are given, and each says by itself what part is verified",
                "give one of them",
            )

    @property
    def verifies_all(self) -> bool:
        """Whether it is the whole history that is verified."""
        return self.shard is None and not self.target and all(getattr(self, n) is None for n in PARTS)

    @property
    def outputs(self) -> tuple[tuple[str, str | None], ...]:
        """See `outputs_of`."""
        return outputs_of(self.output, self.format)

    @property
    def shard_numbers(self) -> tuple[int, int] | None:
        """(I, N) of `shard`."""
        number, _, of = (self.shard or "").partition("/")
        return (int(number), int(of)) if of else None


def outputs_of(output: Sequence[str], format_: str) -> tuple[tuple[str, str | None], ...]:
    """(format, file) of each report that is written, where None is standard output.

    A FILE alone is written in `format_`; where there is none, standard output is.
    """
    found = [values.split_output(spec, FORMATS) for spec in output]
    if all(named is not None and file != "-" for named, file in found):
        found.insert(0, (None, "-"))
    return tuple((named or format_, None if file == "-" else file) for named, file in found)


def checked(name: str, value: object, where: str) -> object:
    """`value` of the setting `name` in its one form; `where` begins the message of the UsageError."""
    field = FIELDS[name]
    try:
        return field.accept(value)
    except ValueError as error:
        reason = str(error)
        given = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
        words = (word for word in given if isinstance(word, str))
        hint = next(filter(None, (did_you_mean(word, field.choices) for word in words)), None)
        shown = reason or f"not {value!r}"
        raise UsageError(f"{where} must be {field.expects}, {shown}", hint) from None
