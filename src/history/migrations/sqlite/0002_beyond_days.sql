-- What GitHub says of a repository besides its traits, a row for each thing; the newest sighting that knows it counts.
-- `value` is JSON.
CREATE TABLE about (
    repository INTEGER NOT NULL REFERENCES repository,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (repository, field)
) STRICT, WITHOUT ROWID;

ALTER TABLE counters ADD COLUMN open_pulls INTEGER;

-- GitHub's own figures of weeks that lay whole in its window, at their maximum like those of days.
CREATE TABLE week (
    repository INTEGER NOT NULL REFERENCES repository,
    monday INTEGER NOT NULL,
    views_count INTEGER CHECK (views_count >= 0),
    views_uniques INTEGER CHECK (views_uniques >= 0),
    clones_count INTEGER CHECK (clones_count >= 0),
    clones_uniques INTEGER CHECK (clones_uniques >= 0),
    PRIMARY KEY (repository, monday),
    CHECK ((views_count IS NULL) = (views_uniques IS NULL)),
    CHECK ((clones_count IS NULL) = (clones_uniques IS NULL))
) STRICT, WITHOUT ROWID;

-- GitHub's own figures of the fourteen days before a moment.
CREATE TABLE fortnight (
    repository INTEGER NOT NULL REFERENCES repository,
    taken INTEGER NOT NULL,
    views_count INTEGER CHECK (views_count >= 0),
    views_uniques INTEGER CHECK (views_uniques >= 0),
    clones_count INTEGER CHECK (clones_count >= 0),
    clones_uniques INTEGER CHECK (clones_uniques >= 0),
    PRIMARY KEY (repository, taken),
    CHECK ((views_count IS NULL) = (views_uniques IS NULL)),
    CHECK ((clones_count IS NULL) = (clones_uniques IS NULL))
) STRICT, WITHOUT ROWID;

-- Stars given on a day and not taken back by the time somebody looked; the most that was ever seen.
CREATE TABLE star (
    repository INTEGER NOT NULL REFERENCES repository,
    date INTEGER NOT NULL,
    gained INTEGER NOT NULL CHECK (gained >= 0),
    PRIMARY KEY (repository, date)
) STRICT, WITHOUT ROWID;

-- Releases and their assets as of the moment they were last seen, by GitHub's numbers for them.
CREATE TABLE release (
    repository INTEGER NOT NULL REFERENCES repository,
    id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    name TEXT,
    published INTEGER,
    prerelease INTEGER NOT NULL CHECK (prerelease IN (0, 1)),
    seen INTEGER NOT NULL,
    PRIMARY KEY (repository, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE asset (
    repository INTEGER NOT NULL REFERENCES repository,
    id INTEGER NOT NULL,
    release INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    created INTEGER,
    seen INTEGER NOT NULL,
    PRIMARY KEY (repository, id)
) STRICT, WITHOUT ROWID;

-- How often an asset had been fetched by a day; an asset that is uploaded again is another one.
CREATE TABLE download (
    repository INTEGER NOT NULL REFERENCES repository,
    asset INTEGER NOT NULL,
    date INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (repository, asset, date)
) STRICT, WITHOUT ROWID;

-- The newest answer to what is not asked every night: `what` is the number of the question.
CREATE TABLE asked (
    repository INTEGER NOT NULL REFERENCES repository,
    what INTEGER NOT NULL,
    at INTEGER NOT NULL,
    mark TEXT,
    PRIMARY KEY (repository, what)
) STRICT, WITHOUT ROWID;

-- Days that GitHub left out though they were busy: what is absent there is not known to be zero.
CREATE TABLE doubt (
    repository INTEGER NOT NULL REFERENCES repository,
    date INTEGER NOT NULL,
    PRIMARY KEY (repository, date)
) STRICT, WITHOUT ROWID;

-- What an operator says against GitHub; the newest one of a figure counts, and without a count it takes the others back.
CREATE TABLE correction (
    repository INTEGER NOT NULL REFERENCES repository,
    date INTEGER NOT NULL,
    metric INTEGER NOT NULL CHECK (metric IN (0, 1)),
    made INTEGER NOT NULL,
    count INTEGER CHECK (count >= 0),
    uniques INTEGER CHECK (uniques >= 0),
    note TEXT NOT NULL,
    PRIMARY KEY (repository, date, metric, made),
    CHECK ((count IS NULL) = (uniques IS NULL))
) STRICT, WITHOUT ROWID;

-- `doubtful` is a JSON array of dates as days since 1970.
ALTER TABLE run ADD COLUMN doubtful TEXT NOT NULL DEFAULT '[]';
ALTER TABLE run ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
