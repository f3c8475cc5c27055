//! The columns of each table, the same in every language: programs read them.

pub(super) const DAILY: &[&str] =
    &["repository", "repository_id", "date", "views", "visitors", "clones", "cloners", "coverage"];

pub(super) const WEEKLY: &[&str] = &[
    "repository",
    "repository_id",
    "week",
    "first_day",
    "last_day",
    "views",
    "sum_of_daily_visitors",
    "views_coverage",
    "clones",
    "sum_of_daily_cloners",
    "clones_coverage",
];

pub(super) const MONTHLY: &[&str] = &[
    "repository",
    "repository_id",
    "month",
    "first_day",
    "last_day",
    "views",
    "sum_of_daily_visitors",
    "views_coverage",
    "clones",
    "sum_of_daily_cloners",
    "clones_coverage",
];

pub(super) const STARS: &[&str] = &[
    "repository",
    "repository_id",
    "date",
    "stars",
    "forks",
    "watchers",
    "open_issues_and_pulls",
    "open_pulls",
    "stars_gained_and_kept",
];

pub(super) const RELEASES: &[&str] = &[
    "repository",
    "repository_id",
    "tag",
    "title",
    "published",
    "prerelease",
    "file",
    "bytes",
    "uploaded",
    "downloads",
    "downloads_seen",
    "downloads_28_days",
];

pub(super) const REPOSITORIES: &[&str] = &[
    "repository",
    "repository_id",
    "host",
    "description",
    "private",
    "fork",
    "archived",
    "earlier_names",
    "first_day",
    "last_day",
    "measured_days",
    "assumed_zero_days",
    "provisional_days",
    "unknown_days",
    "figures_first_day",
    "figures_last_day",
    "views_28_days",
    "clones_28_days",
    "stars",
    "forks",
    "watchers",
    "open_issues_and_pulls",
    "collected",
];

pub(super) const REFERRERS: &[&str] = &[
    "repository",
    "repository_id",
    "first_day",
    "last_day",
    "rank",
    "referrer",
    "views",
    "visitors",
    "below_tenth_place",
];

pub(super) const PATHS: &[&str] = &[
    "repository",
    "repository_id",
    "first_day",
    "last_day",
    "rank",
    "path",
    "title",
    "views",
    "visitors",
    "below_tenth_place",
];
