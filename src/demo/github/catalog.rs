//! The repositories of the sample: three owners, sixty repositories.

use chrono::Days;

use crate::domain::Date;
use crate::domain::repo::{RepoId, RepoName, Traits};

/// An account of the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) login: &'static str,
    pub(super) id: u64,
    pub(super) organization: bool,
}

pub(super) const ACME: Owner = Owner { login: "acme", id: 4_210_007, organization: true };
pub(super) const GLOBEX: Owner = Owner { login: "globex", id: 5_117_340, organization: true };
/// The person behind the sample's token.
pub(super) const ADA: Owner = Owner { login: "ada-lovelace", id: 1_815_121, organization: false };
pub(super) const OWNERS: [Owner; 3] = [ACME, GLOBEX, ADA];

/// What sets a repository apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Private,
    Archived,
    Fork,
    /// Rarely looked at, and not at all for the last weeks.
    Idle,
    /// Famous for a day.
    Viral,
    /// Had another name until four weeks before the sample's newest day.
    Renamed(&'static str),
}

/// One row of the catalogue.
struct Row(&'static str, &'static str, &'static str, f64, Kind);

/// A repository of the sample.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleRepository {
    /// Its id, the same under every name.
    pub id: RepoId,
    /// Private, fork, archived.
    pub traits: Traits,
    pub(super) owner: Owner,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) language: &'static str,
    pub(super) kind: Kind,
    /// Views on an ordinary day of the first year.
    pub(super) base: f64,
    pub(super) created: Date,
    renamed: Option<(Date, &'static str)>,
}

impl SampleRepository {
    /// What GitHub says of it in a line.
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// The name it had on `date`.
    pub fn name_on(&self, date: Date) -> RepoName {
        self.named(self.renamed.filter(|(since, _)| date < *since).map_or(self.name, |(_, former)| former))
    }

    /// Every name it had before `date`.
    pub fn former_names(&self, date: Date) -> Vec<RepoName> {
        self.renamed.iter().filter(|(since, _)| date >= *since).map(|(_, former)| self.named(former)).collect()
    }

    fn named(&self, name: &str) -> RepoName {
        // The catalogue is written by hand and a test reads every name of it.
        format!("{}/{name}", self.owner.login).parse().unwrap_or_else(|fault| unreachable!("{fault}"))
    }
}

/// The sixty, in the order of the catalogue, `today` being the sample's newest day.
pub(super) fn repositories(today: Date) -> Vec<SampleRepository> {
    let rows = [(ACME, ROWS_ACME), (GLOBEX, ROWS_GLOBEX), (ADA, ROWS_ADA)];
    let all = rows.into_iter().flat_map(|(owner, rows)| rows.iter().map(move |row| (owner, row)));
    all.enumerate().map(|(at, (owner, row))| repository(at as u64, owner, row, today)).collect()
}

fn repository(at: u64, owner: Owner, row: &Row, today: Date) -> SampleRepository {
    let Row(name, description, language, base, kind) = *row;
    let renamed = match kind {
        Kind::Renamed(former) => Some((today - Days::new(28), former)),
        _ => None,
    };
    // Every fifth began within the two years.
    let age = if at % 5 == 4 { 180 + at * 7 } else { 1_000 + at * 31 };
    SampleRepository {
        id: RepoId(310_000_000 + at * 7_654_321),
        traits: Traits { private: kind == Kind::Private, fork: kind == Kind::Fork, archived: kind == Kind::Archived },
        owner,
        name,
        description,
        language,
        kind,
        base,
        created: today - Days::new(age),
        renamed,
    }
}

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
    fn the_renamed_one_keeps_its_id_and_remembers_its_former_name() {
        let today: Date = "2026-11-24".parse().unwrap();
        let all = repositories(today);
        let skates = all.iter().find(|repository| repository.name == "rocket-skates").unwrap();
        assert_eq!(skates.name_on(today).to_string(), "acme/rocket-skates");
        assert_eq!(skates.former_names(today), ["acme/roller-skates".parse().unwrap()]);
        let before = today - Days::new(29);
        assert_eq!(skates.name_on(before).to_string(), "acme/roller-skates");
        assert!(skates.former_names(before).is_empty());
    }
}
