-- What GitHub says of a repository besides its traits, a row for each thing; the newest sighting that knows it counts.
-- `value` is JSON.
CREATE TABLE about (
    repository bigint NOT NULL REFERENCES repository,
    field text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    seen bigint NOT NULL,
    PRIMARY KEY (repository, field)
);

ALTER TABLE counters ADD COLUMN open_pulls bigint;

-- GitHub's own figures of weeks that lay whole in its window, at their maximum like those of days.
CREATE TABLE week (
    repository bigint NOT NULL REFERENCES repository,
    monday bigint NOT NULL,
    views_count bigint CHECK (views_count >= 0),
    views_uniques bigint CHECK (views_uniques >= 0),
    clones_count bigint CHECK (clones_count >= 0),
    clones_uniques bigint CHECK (clones_uniques >= 0),
    PRIMARY KEY (repository, monday),
    CHECK ((views_count IS NULL) = (views_uniques IS NULL)),
    CHECK ((clones_count IS NULL) = (clones_uniques IS NULL))
);

-- GitHub's own figures of the fourteen days before a moment.
CREATE TABLE fortnight (
    repository bigint NOT NULL REFERENCES repository,
    taken bigint NOT NULL,
    views_count bigint CHECK (views_count >= 0),
    views_uniques bigint CHECK (views_uniques >= 0),
    clones_count bigint CHECK (clones_count >= 0),
    clones_uniques bigint CHECK (clones_uniques >= 0),
    PRIMARY KEY (repository, taken),
    CHECK ((views_count IS NULL) = (views_uniques IS NULL)),
    CHECK ((clones_count IS NULL) = (clones_uniques IS NULL))
);

-- Stars given on a day and not taken back by the time somebody looked; the most that was ever seen.
CREATE TABLE star (
    repository bigint NOT NULL REFERENCES repository,
    date bigint NOT NULL,
    gained bigint NOT NULL CHECK (gained >= 0),
    PRIMARY KEY (repository, date)
);

-- Releases and their assets as of the moment they were last seen, by GitHub's numbers for them.
CREATE TABLE release (
    repository bigint NOT NULL REFERENCES repository,
    id bigint NOT NULL,
    tag text COLLATE "C" NOT NULL,
    name text COLLATE "C",
    published bigint,
    prerelease bigint NOT NULL CHECK (prerelease IN (0, 1)),
    seen bigint NOT NULL,
    PRIMARY KEY (repository, id)
);

CREATE TABLE asset (
    repository bigint NOT NULL REFERENCES repository,
    id bigint NOT NULL,
    release bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    created bigint,
    seen bigint NOT NULL,
    PRIMARY KEY (repository, id)
);

-- How often an asset had been fetched by a day; an asset that is uploaded again is another one.
CREATE TABLE download (
    repository bigint NOT NULL REFERENCES repository,
    asset bigint NOT NULL,
    date bigint NOT NULL,
    count bigint NOT NULL CHECK (count >= 0),
    PRIMARY KEY (repository, asset, date)
);

-- The newest answer to what is not asked every night: `what` is the number of the question.
CREATE TABLE asked (
    repository bigint NOT NULL REFERENCES repository,
    what bigint NOT NULL,
    at bigint NOT NULL,
    mark text COLLATE "C",
    PRIMARY KEY (repository, what)
);

-- Days that GitHub left out though they were busy: what is absent there is not known to be zero.
CREATE TABLE doubt (
    repository bigint NOT NULL REFERENCES repository,
    date bigint NOT NULL,
    PRIMARY KEY (repository, date)
);

-- What an operator says against GitHub; the newest one of a figure counts, and without a count it takes the others back.
CREATE TABLE correction (
    repository bigint NOT NULL REFERENCES repository,
    date bigint NOT NULL,
    metric bigint NOT NULL CHECK (metric IN (0, 1)),
    made bigint NOT NULL,
    count bigint CHECK (count >= 0),
    uniques bigint CHECK (uniques >= 0),
    note text COLLATE "C" NOT NULL,
    PRIMARY KEY (repository, date, metric, made),
    CHECK ((count IS NULL) = (uniques IS NULL))
);

-- `doubtful` is a JSON array of dates as days since 1970.
ALTER TABLE run ADD COLUMN doubtful text COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE run ADD COLUMN unchanged bigint NOT NULL DEFAULT 0;

-- The sources that several collectors share: who takes one holds its row as long as he collects, and whoever finds it
-- held looks for another. `finished` is by the database's own clock, `collector` the address of who did.
CREATE TABLE queue (
    source text COLLATE "C" PRIMARY KEY,
    finished bigint NOT NULL,
    collector text COLLATE "C" NOT NULL
);
