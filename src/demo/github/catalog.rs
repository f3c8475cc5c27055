//! The repositories of the sample: three owners, sixty repositories.

use chrono::Days;

use super::figures::mix;
use super::repository::{ACME, ADA, GLOBEX, Kind, Owner, SampleRepository, Seed};
use crate::domain::Date;
use crate::domain::repo::RepoId;

/// One row of the catalogue.
struct Row(&'static str, &'static str, &'static str, f64, Kind);

/// The sixty, in the order of the catalogue, `today` being the sample's newest day.
pub(super) fn repositories(today: Date) -> Vec<SampleRepository> {
    let rows = [(ACME, ROWS_ACME), (GLOBEX, ROWS_GLOBEX), (ADA, ROWS_ADA)];
    let all = rows.into_iter().flat_map(|(owner, rows)| rows.iter().map(move |row| (owner, row)));
    all.enumerate().map(|(at, (owner, row))| repository(at as u64, owner, row, today)).collect()
}

fn repository(at: u64, owner: Owner, row: &Row, today: Date) -> SampleRepository {
    let Row(name, description, language, base, kind) = *row;
    // Every fifth began within the two years.
    let age = if at % 5 == 4 { 180 + at * 7 } else { 1_000 + at * 31 };
    let former = match kind {
        Kind::Renamed(former) => former,
        _ => name,
    };
    let mut made = SampleRepository::new(Seed {
        id: id(at),
        owner,
        name: former.to_owned(),
        kind,
        base,
        description: description.to_owned(),
        language: language.to_owned(),
        created: today - Days::new(age),
    });
    if former != name {
        made.call(None, Some(name), today - Days::new(28));
    }
    made
}

/// As many as one likes, all of them there by `today`: from popular to hardly ever looked at.
pub(super) fn invented(count: usize, seed: u64, today: Date) -> Vec<SampleRepository> {
    (0..count as u64).map(|at| invent(at, mix(seed ^ mix(at)), today)).collect()
}

/// Made on `today` under a name that may have been another one's.
pub(super) fn newcomer(at: u64, owner: Owner, name: &str, today: Date) -> SampleRepository {
    let seed = mix(at);
    SampleRepository::new(Seed { owner, name: name.to_owned(), created: today, ..draft(at, seed, Kind::Plain, today) })
}

fn invent(at: u64, seed: u64, today: Date) -> SampleRepository {
    // Each twentieth of them is of a kind that asks for care, and three are private.
    let kind = match seed % 20 {
        0..3 => Kind::Private,
        3 => Kind::Archived,
        4 => Kind::Fork,
        5 => Kind::Idle,
        _ => Kind::Plain,
    };
    SampleRepository::new(draft(at, seed, kind, today))
}

fn draft(at: u64, seed: u64, kind: Kind, today: Date) -> Seed {
    let pick = |salt: u64, from: &[&'static str]| from[(mix(seed ^ salt) % from.len() as u64) as usize];
    let owner = match seed / 20 % 10 {
        0..5 => ACME,
        5..8 => GLOBEX,
        _ => ADA,
    };
    // Popularity spreads over four powers of ten; the least of them have a view in a month.
    let rank = (mix(seed ^ 3) % 1_000) as f64 / 1_000.0;
    let (how, what) = (pick(1, &HOW), pick(2, &WHAT));
    Seed {
        id: id(at),
        owner,
        name: format!("{how}-{what}-{at}"),
        kind,
        base: 0.03 * f64::powf(10.0, 4.0 * rank),
        description: format!("A {how} {what}"),
        language: pick(4, &["Rust", "Go", "Python", "TypeScript", "C++", "Java"]).to_owned(),
        created: today - Days::new(30 + mix(seed ^ 5) % 1_500),
    }
}

/// Ids grow with time, and leave room between.
fn id(at: u64) -> RepoId {
    RepoId(310_000_000 + at * 7_654_321)
}

const HOW: [&str; 8] = ["brisk", "calm", "eager", "frugal", "humble", "nimble", "patient", "sturdy"];
const WHAT: [&str; 8] = ["beaver", "otter", "heron", "badger", "magpie", "lynx", "marmot", "newt"];

use Kind::{Archived, Fork, Idle, Plain, Private, Renamed, Viral};

const ROWS_ACME: &[Row] = &[
    Row("anvil", "A build tool that drops exactly where you aim it", "Rust", 620.0, Plain),
    Row("rocket-skates", "Fast static file server with graceful landing", "Rust", 310.0, Renamed("roller-skates")),
    Row("giant-magnet", "Collects metrics from everything metallic", "Go", 240.0, Plain),
    Row("tunnel-paint", "Draws a tunnel where there is none: mock servers for tests", "TypeScript", 180.0, Plain),
    Row("spring-boots", "Job queue with retries that bounce back", "Java", 130.0, Plain),
    Row("bird-seed", "Sample data sets for demonstrations", "Python", 95.0, Plain),
    Row("portable-hole", "Temporary storage that really is temporary", "Rust", 88.0, Plain),
    Row("dehydrated-boulders", "A compact binary format; just add water", "C++", 64.0, Plain),
    Row("earthquake-pills", "Chaos testing in small doses", "Go", 51.0, Plain),
    Row("weather-balloon", "Uptime checks from very high up", "Elixir", 44.0, Plain),
    Row("catapult", "Deploys over any wall", "Go", 40.0, Plain),
    Row("jet-propelled-unicycle", "Single-threaded runtime experiments", "Zig", 33.0, Plain),
    Row("invisible-ink", "Secrets for configuration files", "Rust", 28.0, Plain),
    Row("hi-speed-tonic", "Benchmark helpers", "Rust", 22.0, Plain),
    Row("smoke-screen", "Feature flags that clear up by themselves", "TypeScript", 18.0, Plain),
    Row("burglar-alarm", "Intrusion detection for small networks", "Python", 14.0, Plain),
    Row("iron-carrot", "Incentives for background workers", "Ruby", 9.0, Plain),
    Row("docs", "Handbook and guides", "MDX", 75.0, Plain),
    Row("website", "The company's website", "Astro", 12.0, Plain),
    Row(".github", "Community health files", "Markdown", 3.0, Plain),
    Row("trap-blueprints", "Plans that nobody outside may see", "OpenSCAD", 17.0, Private),
    Row("payroll", "Who gets paid what", "Kotlin", 6.0, Private),
    Row("bat-man-outfit", "Flight suits, superseded by rocket-skates", "C#", 5.0, Archived),
    Row("instant-girl", "Retired image generator", "Perl", 1.5, Archived),
    Row("tokio", "Fork with patches under review", "Rust", 2.0, Fork),
    Row("homebrew-tap", "Formulae for the command line tools", "Ruby", 26.0, Plain),
];

const ROWS_GLOBEX: &[Row] = &[
    Row("lantern", "Finds its way through logs in the dark", "Rust", 150.0, Viral),
    Row("hammock-district", "Places to run a container on a slow afternoon", "Go", 210.0, Plain),
    Row("doomsday-clock", "Schedules that are never late", "Rust", 140.0, Plain),
    Row("cypress-creek", "Geodata for towns that do not exist yet", "Python", 90.0, Plain),
    Row("sugar-bowl", "Syntax for configuration that stays sweet", "OCaml", 72.0, Plain),
    Row("free-exercise", "Learning paths for new colleagues", "TypeScript", 48.0, Plain),
    Row("lava-pit", "Disposal of old data, for good", "Go", 38.0, Plain),
    Row("bold-entrance", "Single sign-on in front of anything", "Go", 35.0, Plain),
    Row("flamethrower", "Load generator", "C", 30.0, Plain),
    Row("moon-base", "Control plane for machines far away", "Elixir", 24.0, Plain),
    Row("east-coast", "Client library for the data service", "Swift", 19.0, Plain),
    Row("west-coast", "Client library for the data service", "Kotlin", 16.0, Plain),
    Row("weather-dominator", "Forecasts from open data", "Julia", 13.0, Plain),
    Row("handbook", "How work is done here", "Markdown", 11.0, Plain),
    Row("cream-jar", "Small reusable web components", "TypeScript", 8.0, Plain),
    Row("ant-farm", "Simulation of very many very small agents", "Rust", 7.0, Plain),
    Row("nap-room", "A repository that rests", "Shell", 0.05, Idle),
    Row("volcano-lair", "Plans for the head office", "HCL", 9.0, Private),
    Row("mergers", "Contracts in preparation", "TeX", 2.5, Private),
    Row("legacy-importer", "Reads formats nobody writes any more", "PHP", 3.0, Archived),
    Row("hyper", "Fork that carries one patch", "Rust", 1.2, Fork),
    Row("awesome-villains", "A list of lists", "Markdown", 55.0, Plain),
];

const ROWS_ADA: &[Row] = &[
    Row("analytical-engine", "A machine that weaves algebraic patterns", "Assembly", 120.0, Plain),
    Row("note-g", "The first program, with annotations", "Jupyter Notebook", 65.0, Plain),
    Row("bernoulli", "Numbers, exactly", "Haskell", 29.0, Plain),
    Row("punch-cards", "Read and write them", "Rust", 15.0, Plain),
    Row("flyology", "Wings, sketches and a steam engine", "Python", 10.0, Plain),
    Row("poetical-science", "Essays", "Markdown", 6.0, Plain),
    Row("dotfiles", "How my machines are set up", "Shell", 2.0, Plain),
    Row("advent-of-code", "One puzzle each day in December", "Rust", 1.0, Plain),
    Row("letters", "Correspondence", "Markdown", 0.6, Private),
    Row("difference-engine", "Superseded by the analytical engine", "Ada", 1.4, Archived),
    Row("numpy", "Fork for a documentation fix", "Python", 0.3, Fork),
    Row("horse-racing", "A model that did not work out", "R", 0.1, Plain),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_sixty_different_repositories_of_every_kind() {
        let today = "2026-11-24".parse().unwrap();
        let all = repositories(today);
        let names: BTreeSet<_> = all.iter().map(|repository| repository.name_on(today)).collect();
        let ids: BTreeSet<_> = all.iter().map(|repository| repository.id).collect();
        assert_eq!((all.len(), names.len(), ids.len()), (60, 60, 60));
        for kind in [Private, Archived, Fork, Idle, Viral, Renamed("roller-skates")] {
            assert!(all.iter().any(|repository| repository.kind == kind), "{kind:?}");
        }
    }

    #[test]
    fn invented_ones_are_of_every_kind_and_of_every_owner() {
        let today = "2026-11-24".parse().unwrap();
        let all = invented(200, 7, today);
        assert_eq!(all, invented(200, 7, today));
        assert_ne!(all, invented(200, 8, today));
        let names: BTreeSet<_> = all.iter().map(|repository| repository.name_on(today)).collect();
        assert_eq!(names.len(), 200);
        let owners: BTreeSet<_> = names.iter().map(|name| name.owner().to_owned()).collect();
        assert_eq!(owners.len(), 3);
        for kind in [Private, Archived, Fork, Idle, Plain] {
            assert!(all.iter().any(|repository| repository.kind == kind), "{kind:?}");
        }
        let (rare, busy): (Vec<_>, Vec<_>) = all.iter().partition(|repository| repository.base < 0.5);
        assert!(rare.len() > 20 && busy.len() > 100, "{} {}", rare.len(), busy.len());
    }

    #[test]
    fn the_renamed_one_keeps_its_id_and_remembers_its_former_name() {
        let today: Date = "2026-11-24".parse().unwrap();
        let all = repositories(today);
        let skates = all.iter().find(|repository| repository.name_on(today).name() == "rocket-skates").unwrap();
        assert_eq!(skates.name_on(today).to_string(), "acme/rocket-skates");
        assert_eq!(skates.former_names(today), ["acme/roller-skates".parse().unwrap()]);
        let before = today - Days::new(29);
        assert_eq!(skates.name_on(before).to_string(), "acme/roller-skates");
        assert!(skates.former_names(before).is_empty());
    }
}
