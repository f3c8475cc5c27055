//! The bodies of the sample's answers, in the shapes that GitHub documents.

use serde_json::{Map, Value, json};

use super::Sample;
use super::figures::by_week;
use super::repository::{Owner, SampleRepository};
use crate::domain::Date;
use crate::domain::ranking::Ranked;
use crate::domain::traffic::{Cell, Day, Span};

/// Everything an answer depends on besides the sample itself.
pub(super) struct Asked<'a> {
    pub(super) sample: &'a Sample,
    /// The address that the client used, such as `http://127.0.0.1:4000`: every link points there.
    pub(super) base: &'a str,
    pub(super) date: Date,
    /// Whether the token may push.
    pub(super) push: bool,
}

/// Links of a repository: key and what follows its address.
const LINKS: [(&str, &str); 37] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
    ("url", ""),
];

/// Links of an account, likewise.
const OWNER_LINKS: [(&str, &str); 10] = [
    ("url", ""),
    ("followers_url", "/followers"),
    ("following_url", "/following{/other_user}"),
    ("gists_url", "/gists{/gist_id}"),
    ("starred_url", "/starred{/owner}{/repo}"),
    ("subscriptions_url", "/subscriptions"),
    ("organizations_url", "/orgs"),
    ("repos_url", "/repos"),
    ("events_url", "/events{/privacy}"),
    ("received_events_url", "/received_events"),
];

impl Asked<'_> {
    /// An account as part of another answer ("simple user").
    pub(super) fn owner(&self, owner: Owner) -> Value {
        let Owner { login, id, organization } = owner;
        let mut body = object(json!({
            "login": login,
            "id": id,
            "node_id": node("U", id),
            "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
            "gravatar_id": "",
            "html_url": format!("https://github.com/{login}"),
            "type": if organization { "Organization" } else { "User" },
            "user_view_type": "public",
            "site_admin": false,
        }));
        let links =
            OWNER_LINKS.map(|(key, rest)| (key.to_owned(), json!(format!("{}/users/{login}{rest}", self.base))));
        body.extend(links);
        Value::Object(body)
    }

    /// `GET /user`.
    pub(super) fn user(&self, owner: Owner) -> Value {
        let mut body = object(self.owner(owner));
        body.extend(object(json!({
            "name": "Ada Lovelace", "company": null, "blog": "", "location": "London", "email": null, "hireable": null,
            "bio": null, "twitter_username": null, "public_repos": 11, "public_gists": 0, "followers": 1_842,
            "following": 27, "created_at": "2012-12-10T00:00:00Z", "updated_at": stamp(self.date),
        })));
        Value::Object(body)
    }

    /// An entry of a listing ("minimal repository").
    pub(super) fn listed(&self, repository: &SampleRepository) -> Value {
        let name = repository.name_on(self.date);
        let mut body = object(json!({
            "id": repository.id.0,
            "node_id": node("R", repository.id.0),
            "name": name.name(),
            "full_name": name.to_string(),
            "private": repository.traits_on(self.date).private,
            "owner": self.owner(repository.owner_on(self.date)),
            "html_url": format!("https://github.com/{name}"),
            "description": repository.description,
            "fork": repository.traits.fork,
        }));
        let links = LINKS.map(|(key, rest)| (key.to_owned(), json!(format!("{}/repos/{name}{rest}", self.base))));
        body.extend(links);
        body.extend(self.particulars(repository));
        Value::Object(body)
    }

    /// `GET /repos/{owner}/{repo}` ("full repository").
    pub(super) fn single(&self, repository: &SampleRepository) -> Value {
        let counters = self.sample.counters(repository, self.date);
        let mut body = object(self.listed(repository));
        body.extend(object(json!({
            "network_count": counters.forks,
            "subscribers_count": counters.watchers,
            "temp_clone_token": null,
            "allow_squash_merge": true, "allow_merge_commit": true, "allow_rebase_merge": true,
            "allow_auto_merge": false, "delete_branch_on_merge": true, "allow_update_branch": false,
        })));
        let owner = repository.owner_on(self.date);
        if owner.organization {
            body.insert("organization".into(), self.owner(owner));
        }
        Value::Object(body)
    }

    fn particulars(&self, repository: &SampleRepository) -> Map<String, Value> {
        let name = repository.name_on(self.date);
        let counters = self.sample.counters(repository, self.date);
        let about = self.sample.about(repository, self.date);
        object(json!({
            "git_url": format!("git://github.com/{name}.git"),
            "ssh_url": format!("git@github.com:{name}.git"),
            "clone_url": format!("https://github.com/{name}.git"),
            "svn_url": format!("https://github.com/{name}"),
            "mirror_url": null,
            "homepage": null,
            "created_at": stamp(repository.created),
            "updated_at": stamp(self.date),
            "pushed_at": stamp(self.date),
            "size": 1_024 + repository.id.0 % 60_000,
            "stargazers_count": counters.stars,
            "watchers_count": counters.stars,
            "watchers": counters.stars,
            "language": repository.language,
            "forks_count": counters.forks,
            "forks": counters.forks,
            "open_issues_count": counters.open_issues_and_pulls,
            "open_issues": counters.open_issues_and_pulls,
            "has_issues": true, "has_projects": true, "has_downloads": true, "has_wiki": true, "has_pages": false,
            "has_discussions": false, "has_pull_requests": true,
            "archived": repository.traits.archived,
            "disabled": false,
            "license": {
                "key": "apache-2.0", "name": "Apache License 2.0", "spdx_id": "Apache-2.0",
                "url": format!("{}/licenses/apache-2.0", self.base), "node_id": node("L", 2),
            },
            "allow_forking": true,
            "is_template": false,
            "web_commit_signoff_required": false,
            "topics": about.topics,
            "visibility": about.visibility,
            "default_branch": about.default_branch,
            "permissions": {
                "admin": self.push, "maintain": self.push, "push": self.push, "triage": self.push, "pull": true,
            },
        }))
    }

    /// `GET …/traffic/views` or `…/clones`, by day or by week.
    pub(super) fn traffic(&self, repository: &SampleRepository, views: bool, weekly: bool) -> Value {
        let pick = |day: Day| if views { day.views } else { day.clones };
        let shown = |date| pick(self.sample.shown(repository, date, self.date)).map(|cell| (date, cell));
        let days: Vec<(Date, Cell)> = self.sample.window(repository, self.date).days().filter_map(shown).collect();
        let rows = if weekly { self.weeks(repository, &days) } else { days.clone() };
        let total = self.sample.figures.together(days.iter().map(|(_, cell)| cell));
        let rows: Vec<Value> = rows
            .iter()
            .map(|(date, cell)| json!({ "timestamp": stamp(*date), "count": cell.count, "uniques": cell.uniques }))
            .collect();
        let word = if views { "views" } else { "clones" };
        json!({ "count": total.count, "uniques": total.uniques, word: rows })
    }

    fn weeks(&self, repository: &SampleRepository, days: &[(Date, Cell)]) -> Vec<(Date, Cell)> {
        let of = |span: Span| days.iter().filter(move |(date, _)| span.contains(*date)).map(|(_, cell)| cell);
        let weeks = by_week(self.sample.window(repository, self.date));
        weeks
            .map(|(monday, span)| (monday, self.sample.figures.together(of(span))))
            .filter(|(_, c)| c.count > 0)
            .collect()
    }

    /// The day that the pipeline has come to.
    fn processed(&self) -> Date {
        self.sample.weather().frozen.map_or(self.date, |newest| newest.min(self.date))
    }

    /// `GET …/traffic/popular/referrers`.
    pub(super) fn referrers(&self, repository: &SampleRepository) -> Value {
        let row = |row: Ranked| json!({ "referrer": row.name, "count": row.count, "uniques": row.uniques });
        self.sample.referrers(repository, self.processed()).into_iter().map(row).collect()
    }

    /// `GET …/traffic/popular/paths`.
    pub(super) fn paths(&self, repository: &SampleRepository) -> Value {
        let row =
            |row: Ranked| json!({ "path": row.name, "title": row.title, "count": row.count, "uniques": row.uniques });
        self.sample.paths(repository, self.processed()).into_iter().map(row).collect()
    }
}

/// GitHub's error body.
pub(super) fn problem(status: u16, message: &str) -> Value {
    json!({ "message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string() })
}

pub(super) fn stamp(date: Date) -> String {
    format!("{date}T00:00:00Z")
}

pub(super) fn node(kind: &str, id: u64) -> String {
    format!("{kind}_kgDO{id:08x}")
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
