//! The tables of a dump.
//!
//! They are those of the store, with three differences: what is said of a repository has its place in the dump instead of
//! the key that one store happened to give it, a repository is told with its name, and top tens hold their texts.

use crate::domain::table::{Column, Kind, Table};

/// Every table, in the order in which they are restored.
pub(super) const ALL: &[Table] = &[
    REPOSITORY,
    Table { name: "name", columns: &[OF, text("name"), moment("seen")] },
    Table { name: "source", columns: &[OF, text("source"), moment("seen"), moment("left")] },
    Table { name: "about", columns: &[OF, text("field"), text("value"), moment("seen")] },
    Table {
        name: "observation",
        columns: &[
            OF,
            date("date"),
            integer("metric"),
            integer("count"),
            integer("uniques"),
            moment("first_seen"),
            moment("last_seen"),
        ],
    },
    Table { name: "day", columns: &[OF, date("date"), VIEWS, VIEWERS, CLONES, CLONERS] },
    Table { name: "week", columns: &[OF, date("monday"), VIEWS, VIEWERS, CLONES, CLONERS] },
    Table { name: "fortnight", columns: &[OF, moment("taken"), VIEWS, VIEWERS, CLONES, CLONERS] },
    Table { name: "looked", columns: &[OF, date("first"), date("last")] },
    Table { name: "doubt", columns: &[OF, date("date")] },
    Table {
        name: "counters",
        columns: &[
            OF,
            date("date"),
            integer("stars"),
            integer("forks"),
            integer("watchers"),
            integer("open_issues_and_pulls"),
            integer("open_pulls"),
            moment("last_seen"),
        ],
    },
    Table { name: "snapshot", columns: &[OF, integer("kind"), moment("taken"), text("top")] },
    Table { name: "star", columns: &[OF, date("date"), integer("gained")] },
    Table {
        name: "release",
        columns: &[
            OF,
            integer("id"),
            text("tag"),
            text("name"),
            moment("published"),
            flag("prerelease"),
            moment("seen"),
        ],
    },
    Table {
        name: "asset",
        columns: &[
            OF,
            integer("id"),
            integer("release"),
            text("name"),
            integer("size"),
            moment("created"),
            moment("seen"),
        ],
    },
    Table { name: "download", columns: &[OF, integer("asset"), date("date"), integer("count")] },
    Table { name: "asked", columns: &[OF, integer("what"), moment("at"), text("mark")] },
    Table {
        name: "correction",
        columns: &[
            OF,
            date("date"),
            integer("metric"),
            moment("made"),
            integer("count"),
            integer("uniques"),
            text("note"),
        ],
    },
    RUN,
];

/// The repositories; `name` is the one that each goes by.
pub(super) const REPOSITORY: Table = Table {
    name: "repository",
    columns: &[
        integer("key"),
        text("host"),
        integer("github_id"),
        text("name"),
        moment("seen"),
        moment("described"),
        flag("private"),
        flag("fork"),
        flag("archived"),
        text("description"),
        moment("collected"),
    ],
};

/// The runs, which belong to no repository.
pub(super) const RUN: Table = Table {
    name: "run",
    columns: &[
        text("source"),
        moment("started"),
        moment("finished"),
        date("first"),
        date("last"),
        flag("frozen"),
        integer("requests"),
        text("outcomes"),
        text("faults"),
        text("doubtful"),
        integer("unchanged"),
    ],
};

/// Which repository a row tells of.
const OF: Column = integer("repository");
const VIEWS: Column = integer("views_count");
const VIEWERS: Column = integer("views_uniques");
const CLONES: Column = integer("clones_count");
const CLONERS: Column = integer("clones_uniques");

/// How the rows of one repository are ordered: by what tells one from another, whatever store they are in.
pub(super) fn order(table: &str) -> &'static str {
    match table {
        "name" => "{folded}(name)",
        "source" => "source",
        "about" => "field",
        "observation" => "date, metric, count, uniques",
        "week" => "monday",
        "fortnight" => "taken",
        "looked" => "first",
        "counters" => {
            "date, last_seen, stars NULLS FIRST, forks NULLS FIRST, watchers NULLS FIRST, \
             open_issues_and_pulls NULLS FIRST, open_pulls NULLS FIRST"
        }
        "snapshot" => "kind, taken",
        "release" | "asset" => "id",
        "download" => "asset, date",
        "asked" => "what",
        "correction" => "date, metric, made",
        "run" => "source, started",
        _ => "date",
    }
}

const fn integer(name: &'static str) -> Column {
    Column { name, kind: Kind::Integer }
}

const fn flag(name: &'static str) -> Column {
    Column { name, kind: Kind::Flag }
}

const fn date(name: &'static str) -> Column {
    Column { name, kind: Kind::Date }
}

const fn moment(name: &'static str) -> Column {
    Column { name, kind: Kind::Moment }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}
