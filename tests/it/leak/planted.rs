//! What only one repository has, and only one role sees: names that nobody else knows, and figures that show in every
//! sum they are part of.

use std::fs;
use std::ops::Range;
use std::path::Path;

use chrono::Days;
use tollgate::domain::Date;
use tollgate::domain::calendar::Week;

use crate::support::World;

const WHERE: &str = "acme/payroll";
pub(super) const REFERRER: &str = "whistle-blower.example";
pub(super) const PATH: &str = "bonuses.ods";
/// Far above all that the sample counts, and below what a time looks like.
const MANY: u64 = 90_000_000_321;
/// Numbers that only [`MANY`] explains: it, sums with it, and parts of it.
pub(super) const EXPLAINS: Range<u64> = 5_000_000_000..10_000_000_000_000;

/// The words that are planted in a repository.
pub(super) fn of(repository: &str) -> Vec<&'static str> {
    if repository == WHERE { vec![REFERRER, PATH] } else { vec![] }
}

/// The week of the planted days.
pub(super) fn week(today: Date) -> Week {
    Week::of(today - Days::new(29 + 7))
}

/// Adds to what is going to be imported, whose newest day is `last`.
pub(super) fn plant(past: &Path, last: Date) {
    let data = past.join(WHERE).join("ghrs-data");
    let day = week(last + Days::new(29)).span().first;
    let file = data.join("views_clones_aggregate.csv");
    let lines = fs::read_to_string(&file).unwrap();
    let many = format!("{day} 00:00:00+00:00,{MANY},{MANY},{MANY},{MANY}");
    let row = |line: &str| if line.starts_with(&day.to_string()) { many.clone() } else { line.to_owned() };
    let planted = lines.lines().map(row).collect::<Vec<_>>().join("\n") + "\n";
    assert!(planted.contains(&many), "{lines}");
    fs::write(&file, planted).unwrap();
    let mut snapshots = 0;
    for entry in fs::read_dir(data.join("snapshots")).unwrap() {
        let path = entry.unwrap().path();
        let referrers = path.display().to_string().contains("referrers");
        let word = if referrers { REFERRER.to_owned() } else { format!("/{WHERE}/blob/main/{PATH}") };
        let text = fs::read_to_string(&path).unwrap();
        let (head, rows) = text.split_once('\n').unwrap();
        // GitHub names ten.
        let rows: String = rows.lines().take(9).map(|row| format!("{row}\n")).collect();
        fs::write(&path, format!("{head}\n{word},{MANY},{MANY}\n{rows}")).unwrap();
        snapshots += 1;
    }
    assert!(snapshots > 2);
}

/// Every role gets every kind of page and feeds, badges and prose with figures; nothing else of the setting changes.
pub(super) fn write_pages(world: &World) {
    let file = world.project.file("tollgate.toml");
    let text = fs::read_to_string(&file).unwrap();
    let kinds = "pages = [\"overview\", \"organisation\", \"repository\", \"weekly\", \"monthly\", \"referrers\", \
                 \"paths\", \"stars\", \"releases\", \"quality\", \"events\", \"explore\", \"csv\", \"log\"]\n";
    let kept = text.lines().filter(|line| !line.starts_with("pages = ")).collect::<Vec<_>>().join("\n");
    let all = kept.replace("[[role]]\n", &format!("[[role]]\n{kinds}"));
    let all = all.replacen("[site]\n", "[site]\ncontent = \"content\"\n", 1);
    let public = "\n[badges]\npublic = [\"acme/*\", \"globex/*\"]\n";
    fs::write(&file, format!("{all}{public}")).unwrap();
    let components = "{{<figure metric=\"views\"/>}}\n\n{{<table of=\"repositories\"/>}}\n\n{{<table of=\"weeks\"/>}}\n\n\
                      {{<ranking kind=\"referrers\"/>}}\n\n{{<ranking kind=\"paths\"/>}}\n\n{{<chart last=\"52w\"/>}}\n\n\
                      {{<figure metric=\"stars\"/>}}";
    let page = format!("+++\ntitle = \"News\"\nroles = [\"*\"]\n+++\n\n{components}\n");
    world.project.write("content/news.md", &page);
}
