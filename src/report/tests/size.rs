//! What a bundle's search costs: its index beside everything else, as they are stored.

use std::io::Write as _;

use chrono::Days;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;

use super::*;
use crate::domain::policy::PageKind;
use crate::domain::traffic::{Day, Series, Traffic};
use crate::report::fixture::{cell, date};

const SITES: [&str; 30] = [
    "Google",
    "github.com",
    "chatgpt.com",
    "reddit.com",
    "Bing",
    "duckduckgo.com",
    "stackoverflow.com",
    "t.co",
    "news.ycombinator.com",
    "lobste.rs",
    "linkedin.com",
    "youtube.com",
    "bsky.app",
    "dev.to",
    "com.reddit.frontpage",
    "kagi.com",
    "medium.com",
    "crates.io",
    "docs.rs",
    "pypi.org",
    "npmjs.com",
    "hub.docker.com",
    "facebook.com",
    "search.brave.com",
    "yandex.ru",
    "baidu.com",
    "perplexity.ai",
    "gitlab.com",
    "statics.teams.cdn.office.net",
    "ecosia.org",
];
const FOLDERS: [&str; 6] = ["src", "docs", "examples", "tests", "internal/server", "packages/core/src"];
const WORDS: [&str; 12] = [
    "parser",
    "client",
    "getting-started",
    "config",
    "server",
    "README",
    "install",
    "schema",
    "index",
    "changelog",
    "benchmark",
    "queue",
];

/// Numbers that look like chance and are always the same.
fn chance(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as usize
}

/// Four months of days, which make for a small bundle, and a list of ten for each fortnight of a year, drawn from what people really open: the front
/// page, files with the titles that GitHub gives them, issues, releases.
fn lived(id: u64, owner: &str) -> RepositoryHistory {
    let mut state = id;
    let mut pick = |most: usize| chance(&mut state) % most;
    let name = format!("{owner}/{}-{}-{id}", WORDS[pick(12)], WORDS[pick(12)]);
    let mut one = history(id, &name, COLLECTED);
    let words: Vec<&str> = (0..9).map(|_| WORDS[pick(12)]).collect();
    let about = format!("A {} for {}", words[..4].join(" "), words[4..].join(" and "));
    one.repository.description = Some(about.clone());
    let last = date(fixture::TODAY) - Days::new(1);
    let span = Span { first: last - Days::new(119), last };
    let scale = 1 + pick(300) as u64;
    let days = span.days().map(|date| {
        let views = scale + pick(scale as usize) as u64;
        Day { date, views: cell(views, views / 2), clones: cell(views / 5, views / 9) }
    });
    one.traffic = Traffic::new(days.collect::<Series>(), [span]);
    let files: Vec<String> =
        (0..24).map(|_| format!("{}/{}{}.md", FOLDERS[pick(6)], WORDS[pick(12)], pick(9))).collect();
    for back in (0..26_u64).rev() {
        let taken = "2026-11-24T02:00:00Z".parse::<crate::domain::Timestamp>().unwrap() - Days::new(14 * back);
        let row = |name: String, title: Option<String>, count: usize| Ranked {
            name: name.into(),
            title: title.map(Into::into),
            count: count as u64,
            uniques: count as u64 / 2,
        };
        let sites = (0..10).map(|at| row(SITES[(pick(12) + 2 * at) % 30].to_owned(), None, 900 / (at + 1) + pick(40)));
        let referrers = Snapshot { taken, rows: sites.collect() };
        let mut rows = vec![row(format!("/{name}"), Some(format!("GitHub - {name}: {about}")), 1_000)];
        rows.extend((0..9).map(|at| {
            let count = 300 / (at + 1) + pick(20);
            let issue = pick(400);
            match pick(5) {
                0 => row(
                    format!("/{name}/issues/{issue}"),
                    Some(format!("{} · Issue #{issue} · {name}", words.join(" "))),
                    count,
                ),
                1 => row(format!("/{name}/releases"), Some(format!("Releases · {name}")), count),
                _ => {
                    let file = &files[pick(24)];
                    row(format!("/{name}/blob/main/{file}"), Some(format!("{file} at main · {name}")), count)
                }
            }
        }));
        one.referrers.push(referrers);
        one.paths.push(Snapshot { taken, rows });
    }
    one.referrers.remove(0);
    one.paths.remove(0);
    one
}

/// Bytes of the search index and of all entries, compressed as a bundle compresses them. The role has the pages that the
/// index leads to and no files to download, beside which anything would be small.
fn sizes(repositories: u64) -> (usize, usize) {
    let owners = ["acme", "globex", "initech"];
    let mut histories: Vec<RepositoryHistory> =
        (1..=repositories).map(|id| lived(id, owners[id as usize % 3])).collect();
    histories.sort_by_key(|history| history.repository.name.to_string());
    let kinds = [PageKind::Overview, PageKind::Repository, PageKind::Referrers, PageKind::Paths];
    let policy = Policy::new(vec![fixture::role("all", &["*/*"], &kinds)]);
    let site = site_of(histories, &policy);
    let bundle = bundle(&site, "all");
    let stored = |page: &Planned| {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::new(6));
        deflate.write_all(&site.render(&bundle.role, page).unwrap()).unwrap();
        (page.path.as_str() == "search/index.js", deflate.finish().unwrap().len())
    };
    let all: Vec<(bool, usize)> = bundle.pages.par_iter().map(stored).collect();
    let sum = |only: bool| all.iter().filter(|(index, _)| *index || !only).map(|(_, size)| size).sum();
    (sum(true), sum(false))
}

#[test]
fn the_index_of_the_search_is_a_small_part_of_its_bundle_however_many_repositories_there_are() {
    for repositories in [60, 400] {
        let (index, bundle) = sizes(repositories);
        println!("{repositories} repositories: index {index} bytes of {bundle}, {}‰", index * 1_000 / bundle);
        assert!(index * 100 <= bundle * 15, "{repositories} repositories: {index} of {bundle}");
        assert!(index > 40 * repositories as usize, "what is measured is not the index: {index}");
    }
}
