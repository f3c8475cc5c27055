-- Dates are days since 1 January 1970, moments are microseconds since then, both in UTC:
-- `date(date * 86400, 'unixepoch')` and `datetime(taken / 1000000, 'unixepoch')` show them.

-- `github_id` is unknown for a history that was imported by name and not yet met on GitHub.
-- `described` is the moment to which the traits and the description belong.
CREATE TABLE repository (
    key INTEGER PRIMARY KEY,
    host TEXT NOT NULL COLLATE NOCASE,
    github_id INTEGER CHECK (github_id >= 0),
    seen INTEGER NOT NULL,
    described INTEGER,
    private INTEGER,
    fork INTEGER,
    archived INTEGER,
    description TEXT,
    collected INTEGER,
    UNIQUE (host, github_id)
) STRICT;

-- Every name a repository was met under; the one met last is its name, the others are aliases.
-- `seen` is 0 for a name that only files have told: what GitHub says goes before it, whenever it was said.
CREATE TABLE name (
    repository INTEGER NOT NULL REFERENCES repository,
    name TEXT NOT NULL COLLATE NOCASE,
    seen INTEGER NOT NULL,
    PRIMARY KEY (repository, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX name_by_name ON name (name);

-- When a source last picked a repository, and when it last listed it without picking it; 0 for never.
CREATE TABLE source (
    repository INTEGER NOT NULL REFERENCES repository,
    source TEXT NOT NULL,
    seen INTEGER NOT NULL,
    left INTEGER NOT NULL,
    PRIMARY KEY (repository, source)
) STRICT, WITHOUT ROWID;

-- Each value that was ever seen of a figure, with the first and the last moment it was seen:
-- a day with two rows was revised. `metric` is 0 for views, 1 for clones.
CREATE TABLE observation (
    repository INTEGER NOT NULL REFERENCES repository,
    date INTEGER NOT NULL,
    metric INTEGER NOT NULL CHECK (metric IN (0, 1)),
    count INTEGER NOT NULL CHECK (count >= 0),
    uniques INTEGER NOT NULL CHECK (uniques >= 0),
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL CHECK (last_seen >= first_seen),
    PRIMARY KEY (repository, date, metric, count, uniques)
) STRICT, WITHOUT ROWID;

-- The largest of each figure; NULL where it was never seen.
CREATE TABLE day (
    repository INTEGER NOT NULL REFERENCES repository,
    date INTEGER NOT NULL,
    views_count INTEGER CHECK (views_count >= 0),
    views_uniques INTEGER CHECK (views_uniques >= 0),
    clones_count INTEGER CHECK (clones_count >= 0),
    clones_uniques INTEGER CHECK (clones_uniques >= 0),
    PRIMARY KEY (repository, date),
    CHECK ((views_count IS NULL) = (views_uniques IS NULL)),
    CHECK ((clones_count IS NULL) = (clones_uniques IS NULL))
) STRICT, WITHOUT ROWID;

-- The days that somebody asked for, ascending. A span that does not look at the last two days of the one before it again
-- is a row of its own, even where it begins on the next day.
CREATE TABLE looked (
    repository INTEGER NOT NULL REFERENCES repository,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL CHECK (last >= first),
    PRIMARY KEY (repository, first)
) STRICT, WITHOUT ROWID;

-- Each set of counters that was ever seen of a day, with the last moment it was seen.
CREATE TABLE counters (
    repository INTEGER NOT NULL REFERENCES repository,
    date INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    stars INTEGER,
    forks INTEGER,
    watchers INTEGER,
    open_issues_and_pulls INTEGER,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (repository, date, variant)
) STRICT, WITHOUT ROWID;

-- Names and titles in snapshots repeat every night: each is kept once.
CREATE TABLE text (
    key INTEGER PRIMARY KEY,
    value TEXT NOT NULL UNIQUE
) STRICT;

-- A top ten; `kind` is 0 for referrers, 1 for paths. `top` is a JSON array of [name, title, count, uniques], the first
-- two of them keys of `text`: one row a night instead of ten makes reading years of them several times faster.
CREATE TABLE snapshot (
    repository INTEGER NOT NULL REFERENCES repository,
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    taken INTEGER NOT NULL,
    top TEXT NOT NULL,
    PRIMARY KEY (repository, kind, taken)
) STRICT, WITHOUT ROWID;

-- `outcomes` is a JSON array: it is written once, read whole, and never joined.
CREATE TABLE run (
    source TEXT NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    first INTEGER,
    last INTEGER,
    frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)),
    requests INTEGER NOT NULL,
    outcomes TEXT NOT NULL,
    faults TEXT NOT NULL,
    PRIMARY KEY (source, started)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_by_end ON run (finished);
