//! What an import would change, as people want to see it before they say yes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::history::{as_json, as_text};
use crate::cli::count;
use crate::domain::collection::{Observation, Sighting};
use crate::domain::ranking::Snapshot;
use crate::domain::repo::{RepoId, RepoName, RepositoryHistory};
use crate::domain::traffic::{Cell, Day, Series};
use crate::domain::{Date, Timestamp};
use crate::history::Recorded;

/// More than these nobody reads.
const SHOWN: usize = 20;

/// What would be new and what would change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preview {
    /// Repositories never met before, by name.
    repositories: Vec<String>,
    /// Days of which a figure would rise or become known: `acme/anvil 2026-01-02 views 3 → 7`.
    changed: Vec<String>,
    /// Days of which nothing is known yet: `acme/anvil 2026-01-02 views 7, clones 2`.
    new: Vec<String>,
    /// Of an export, how many rows of each table would change something.
    tables: Option<Vec<(&'static str, u64)>>,
}

impl Preview {
    /// Compares what is known with what files tell. A repository is found as the history finds it: by its id, else by
    /// the name it has, else by one that it had.
    pub(super) fn of_observations(present: &[RepositoryHistory], observations: &[Observation]) -> Preview {
        let known = Known::of(present);
        let mut incoming = BTreeMap::<(&RepoName, &str, Option<RepoId>), (&Sighting, Vec<Day>)>::new();
        for Observation { sighting, days, .. } in observations {
            let key = (&sighting.name, sighting.host.as_str(), sighting.id);
            incoming.entry(key).or_insert((sighting, Vec::new())).1.extend(days);
        }
        let mut preview = Preview::default();
        for (sighting, days) in incoming.into_values() {
            let found = known.find(&sighting.host, sighting.id, &sighting.name);
            preview.repository(&sighting.name, found, &days.into_iter().collect());
        }
        preview
    }

    /// Compares what is known with another history, and counts what it would add.
    pub(super) fn of_histories(present: &[RepositoryHistory], incoming: &[RepositoryHistory]) -> (Preview, Recorded) {
        let known = Known::of(present);
        let (mut preview, mut recorded) = (Preview::default(), Recorded::default());
        for one in incoming {
            let found = known.find(&one.repository.host, one.repository.id, &one.repository.name);
            preview.repository(&one.repository.name, found, one.traffic.series());
            let days = found.map(|found| found.traffic.series()).cloned().unwrap_or_default();
            recorded.repositories += u64::from(found.is_none());
            for (date, merged) in days.merge(one.traffic.series()).days().iter().map(|day| (day.date, day)) {
                match days.get(date) {
                    None => recorded.new_days += 1,
                    Some(before) => recorded.changed_days += u64::from(before != merged),
                }
            }
            let lists = |one: &RepositoryHistory| [moments(&one.referrers), moments(&one.paths)];
            let before = found.map(lists).unwrap_or_default();
            let new =
                lists(one).iter().zip(&before).map(|(told, before)| told.difference(before).count()).sum::<usize>();
            recorded.snapshots += new as u64;
        }
        (preview, recorded)
    }

    /// With the rows of each table that would be new or change something.
    pub(super) fn of_tables(self, tables: Vec<(&'static str, u64)>) -> Preview {
        Preview { tables: Some(tables), ..self }
    }

    fn repository(&mut self, name: &RepoName, known: Option<&RepositoryHistory>, days: &Series) {
        if known.is_none() {
            self.repositories.push(name.to_string());
        }
        for day in days.days() {
            match known.and_then(|known| known.traffic.series().get(day.date)) {
                Some(before) => self.change(name, before, day),
                None => keep(&mut self.new, || format!("{name} {}", figures(day))),
            }
        }
    }

    fn change(&mut self, name: &RepoName, before: &Day, day: &Day) {
        for (what, before, told) in [("views", before.views, day.views), ("clones", before.clones, day.clones)] {
            let Some(told) = told else { continue };
            let after = before.map_or(told, |before| before.merge(told));
            let rises = [
                ("", before.map(|cell| cell.count), after.count),
                ("unique ", before.map(|cell| cell.uniques), after.uniques),
            ];
            for (kind, before, after) in rises.into_iter().filter(|(_, before, after)| *before != Some(*after)) {
                let before = before.map_or("unknown".to_owned(), |before| before.to_string());
                keep(&mut self.changed, || format!("{name} {} {kind}{what} {before} → {after}", day.date));
            }
        }
    }

    /// Changes before what is only new: they are what people look for.
    fn examples(&self) -> impl Iterator<Item = &str> {
        self.changed.iter().chain(&self.new).map(String::as_str).take(SHOWN)
    }

    pub(super) fn as_text(&self, recorded: &Recorded) -> String {
        let Recorded { repositories, new_days, changed_days, snapshots } = recorded;
        let mut text = format!(
            "would be new: {repositories} repositories, {new_days} days, {snapshots} snapshots; would change: {changed_days} days\n"
        );
        for name in self.repositories.iter().take(SHOWN) {
            let _ = writeln!(text, "  new repository {name}");
        }
        if let Some(more) = self.repositories.len().checked_sub(SHOWN + 1) {
            let _ = writeln!(text, "  and {}", count(more + 1, "more repository", "more repositories"));
        }
        for example in self.examples() {
            let _ = writeln!(text, "  {example}");
        }
        if self.changed.len() + self.new.len() > SHOWN {
            text.push_str("  and more days like these\n");
        }
        match self.tables.as_deref().map(as_text) {
            None => {}
            Some(None) => text.push_str("everything is known already\n"),
            Some(Some(new)) => drop(writeln!(text, "rows that would be new or change something: {new}")),
        }
        text.push_str("nothing was changed\n");
        text
    }

    pub(super) fn as_json(&self, recorded: &Recorded) -> Result<Value> {
        let mut told = json!({ "dry_run": true, "recorded": recorded });
        told["new_repositories"] = json!(self.repositories);
        if let Some(tables) = &self.tables {
            told["rows"] = as_json(tables);
        }
        told["examples"] = self.examples().collect();
        Ok(told)
    }
}

/// One more than is shown tells that there are more.
fn keep(list: &mut Vec<String>, line: impl FnOnce() -> String) {
    if list.len() <= SHOWN {
        list.push(line());
    }
}

fn figures(day: &Day) -> String {
    let named = |cell: Option<Cell>, what: &str| cell.map(|cell| format!("{what} {}", cell.count));
    let both: Vec<String> = [named(day.views, "views"), named(day.clones, "clones")].into_iter().flatten().collect();
    format!("{} {} (new)", day.date as Date, both.join(", "))
}

fn moments(lists: &[Snapshot]) -> BTreeSet<Timestamp> {
    lists.iter().map(|list| list.taken).collect()
}

/// The repositories of the history, by what they can be found by.
struct Known<'a> {
    by_id: HashMap<(String, RepoId), &'a RepositoryHistory>,
    by_name: HashMap<(String, String), Vec<(bool, &'a RepositoryHistory)>>,
}

impl<'a> Known<'a> {
    fn of(present: &'a [RepositoryHistory]) -> Known<'a> {
        let mut known = Known { by_id: HashMap::new(), by_name: HashMap::new() };
        for one in present {
            let repository = &one.repository;
            let host = repository.host.to_ascii_lowercase();
            if let Some(id) = repository.id {
                known.by_id.insert((host.clone(), id), one);
            }
            let names =
                std::iter::once((true, &repository.name)).chain(repository.aliases.iter().map(|alias| (false, alias)));
            for (current, name) in names {
                let key = (host.clone(), name.to_string().to_ascii_lowercase());
                known.by_name.entry(key).or_default().push((current, one));
            }
        }
        known
    }

    fn find(&self, host: &str, id: Option<RepoId>, name: &RepoName) -> Option<&'a RepositoryHistory> {
        let host = host.to_ascii_lowercase();
        let named = self
            .by_name
            .get(&(host.clone(), name.to_string().to_ascii_lowercase()))
            .map(Vec::as_slice)
            .unwrap_or_default();
        match id {
            // One that was imported by name takes the id of the first that comes with one.
            Some(id) => self
                .by_id
                .get(&(host, id))
                .copied()
                .or_else(|| named.iter().map(|(_, one)| *one).find(|one| one.repository.id.is_none())),
            None => named.iter().max_by_key(|(current, _)| *current).map(|(_, one)| *one),
        }
    }
}

#[cfg(test)]
mod tests;
