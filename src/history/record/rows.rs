//! The rows of every table of a repository, as stored.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Top;
use super::batch::Batch;
use crate::history::error::Fault;
use crate::history::sql::{Param, Session, values};

const OBSERVATION: &str = include_str!("../queries/observation_upsert.sql");
const DAY_INSERT: &str = include_str!("../queries/day_insert.sql");
const DAY_RAISE: &str = include_str!("../queries/day_raise.sql");
const COUNTERS_AGAIN: &str = include_str!("../queries/counters_again.sql");
const COUNTERS_INSERT: &str = include_str!("../queries/counters_insert.sql");
const TEXT_INSERT: &str = include_str!("../queries/text_insert.sql");
const TEXT_KEY: &str = include_str!("../queries/text_key.sql");
const SNAPSHOT_INSERT: &str = include_str!("../queries/snapshot_insert.sql");
const SNAPSHOT_SAME: &str = include_str!("../queries/snapshot_same.sql");
const ABOUT: &str = include_str!("../queries/about_upsert.sql");
const WEEK_INSERT: &str = include_str!("../queries/week_insert.sql");
const WEEK_RAISE: &str = include_str!("../queries/week_raise.sql");
const FORTNIGHT_INSERT: &str = include_str!("../queries/fortnight_insert.sql");
const FORTNIGHT_RAISE: &str = include_str!("../queries/fortnight_raise.sql");
const STAR: &str = include_str!("../queries/star_upsert.sql");
const RELEASE: &str = include_str!("../queries/release_upsert.sql");
const ASSET: &str = include_str!("../queries/asset_upsert.sql");
const DOWNLOAD: &str = include_str!("../queries/download_upsert.sql");
const ASKED: &str = include_str!("../queries/asked_upsert.sql");
const DOUBT: &str = include_str!("../queries/doubt_insert.sql");
const CORRECTION: &str = include_str!("../queries/correction_upsert.sql");

/// Top tens that are sent at once at the most.
const SNAPSHOTS: usize = 500;

/// Figures of a day, a week or a fortnight: views and their uniques, clones and theirs.
pub(in crate::history) type Four = [Option<i64>; 4];

/// The figures of a day: stars, forks, watchers, open issues with pull requests, and those alone.
pub(in crate::history) type Five = [Option<i64>; 5];

/// One place of a top ten, before its texts have keys.
pub(in crate::history) struct Place<'o> {
    pub(in crate::history) name: Cow<'o, str>,
    pub(in crate::history) title: Option<Cow<'o, str>>,
    pub(in crate::history) count: i64,
    pub(in crate::history) uniques: i64,
}

/// One place of a top ten with its texts.
type Told = (String, Option<String>, i64, i64);

/// A top ten of a repository: of which kind, taken when.
struct Snapshot<'o> {
    key: [i64; 3],
    places: Vec<Place<'o>>,
}

/// What sending everything changed.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::history) struct Sent {
    pub(in crate::history) new_days: u64,
    pub(in crate::history) changed_days: u64,
    pub(in crate::history) snapshots: u64,
    /// Rows of any table.
    pub(in crate::history) rows: u64,
}

/// Rows of all tables on their way into them. Those of one repository go to the same tables in any order.
pub(in crate::history) struct Rows<'s, 'o> {
    session: Session<'s>,
    observation: Batch<'o, 7>,
    day: Batch<'o, 6>,
    week: Batch<'o, 6>,
    fortnight: Batch<'o, 6>,
    counters: Batch<'o, 8>,
    star: Batch<'o, 3>,
    about: Batch<'o, 4>,
    release: Batch<'o, 7>,
    asset: Batch<'o, 7>,
    download: Batch<'o, 4>,
    asked: Batch<'o, 4>,
    doubt: Batch<'o, 2>,
    correction: Batch<'o, 7>,
    snapshots: Vec<Snapshot<'o>>,
    /// Keys of names and titles met in this transaction.
    texts: HashMap<String, i64>,
    taken: u64,
}

impl<'s, 'o> Rows<'s, 'o> {
    pub(in crate::history) fn new(session: Session<'s>) -> Rows<'s, 'o> {
        Rows {
            session,
            observation: Batch::new(&[OBSERVATION]),
            day: Batch::new(&[DAY_INSERT, DAY_RAISE]),
            week: Batch::new(&[WEEK_INSERT, WEEK_RAISE]),
            fortnight: Batch::new(&[FORTNIGHT_INSERT, FORTNIGHT_RAISE]),
            counters: Batch::new(&[COUNTERS_AGAIN, COUNTERS_INSERT]),
            star: Batch::new(&[STAR]),
            about: Batch::new(&[ABOUT]),
            release: Batch::new(&[RELEASE]),
            asset: Batch::new(&[ASSET]),
            download: Batch::new(&[DOWNLOAD]),
            asked: Batch::new(&[ASKED]),
            doubt: Batch::new(&[DOUBT]),
            correction: Batch::new(&[CORRECTION]),
            snapshots: Vec::new(),
            texts: HashMap::new(),
            taken: 0,
        }
    }

    /// A value of a figure of a day: repository, date, metric, count and uniques, seen from when to when.
    pub(in crate::history) fn observation(&mut self, key: [i64; 5], seen: [i64; 2]) -> Result<(), Fault> {
        let [repository, date, metric, count, uniques] = key;
        let row = values![repository, date, metric, count, uniques, seen[0], seen[1]];
        self.observation.push(self.session, key, row)
    }

    pub(in crate::history) fn day(&mut self, repository: i64, date: i64, four: Four) -> Result<(), Fault> {
        self.day.push(self.session, [repository, date, 0, 0, 0], figures(repository, date, four))
    }

    pub(in crate::history) fn week(&mut self, repository: i64, monday: i64, four: Four) -> Result<(), Fault> {
        self.week.push(self.session, [repository, monday, 0, 0, 0], figures(repository, monday, four))
    }

    pub(in crate::history) fn fortnight(&mut self, repository: i64, taken: i64, four: Four) -> Result<(), Fault> {
        self.fortnight.push(self.session, [repository, taken, 0, 0, 0], figures(repository, taken, four))
    }

    pub(in crate::history) fn counters(&mut self, key: [i64; 2], five: Five, seen: i64) -> Result<(), Fault> {
        let [repository, date] = key;
        let [stars, forks, watchers, open, pulls] = five;
        let row = values![repository, date, stars, forks, watchers, open, pulls, seen];
        self.counters.push(self.session, [repository, date, 0, 0, 0], row)
    }

    pub(in crate::history) fn star(&mut self, repository: i64, date: i64, gained: i64) -> Result<(), Fault> {
        self.star.push(self.session, [repository, date, 0, 0, 0], values![repository, date, gained])
    }

    /// `value` is JSON.
    pub(in crate::history) fn about(
        &mut self,
        repository: i64,
        field: &'o str,
        value: impl Into<Param<'o>>,
        seen: i64,
    ) -> Result<(), Fault> {
        // Fields have no number; those of one repository rarely begin and end alike and are as long.
        let mut letters = [0; 8];
        letters.iter_mut().zip(field.bytes().rev()).for_each(|(to, from)| *to = from);
        let key = [repository, i64::from_le_bytes(letters), field.len() as i64, 0, 0];
        self.about.push(self.session, key, [repository.into(), field.into(), value.into(), seen.into()])
    }

    /// A release: repository and id, and the rest of the row.
    pub(in crate::history) fn release(&mut self, key: [i64; 2], rest: [Param<'o>; 5]) -> Result<(), Fault> {
        let [tag, name, published, prerelease, seen] = rest;
        let row = [key[0].into(), key[1].into(), tag, name, published, prerelease, seen];
        self.release.push(self.session, [key[0], key[1], 0, 0, 0], row)
    }

    /// An asset: repository and id, and the rest of the row.
    pub(in crate::history) fn asset(&mut self, key: [i64; 2], rest: [Param<'o>; 5]) -> Result<(), Fault> {
        let [release, name, size, created, seen] = rest;
        let row = [key[0].into(), key[1].into(), release, name, size, created, seen];
        self.asset.push(self.session, [key[0], key[1], 0, 0, 0], row)
    }

    /// Repository, asset and date, with how often it was fetched.
    pub(in crate::history) fn download(&mut self, key: [i64; 3], count: i64) -> Result<(), Fault> {
        let [repository, asset, date] = key;
        self.download.push(self.session, [repository, asset, date, 0, 0], values![repository, asset, date, count])
    }

    pub(in crate::history) fn asked(
        &mut self,
        key: [i64; 2],
        at: i64,
        mark: impl Into<Param<'o>>,
    ) -> Result<(), Fault> {
        let row = [key[0].into(), key[1].into(), at.into(), mark.into()];
        self.asked.push(self.session, [key[0], key[1], 0, 0, 0], row)
    }

    pub(in crate::history) fn doubt(&mut self, repository: i64, date: i64) -> Result<(), Fault> {
        self.doubt.push(self.session, [repository, date, 0, 0, 0], values![repository, date])
    }

    /// A correction: repository, date, metric and when it was made; count and uniques, and why.
    pub(in crate::history) fn correction(
        &mut self,
        key: [i64; 4],
        cell: [Option<i64>; 2],
        note: impl Into<Param<'o>>,
    ) -> Result<(), Fault> {
        let [repository, date, metric, made] = key.map(Param::from);
        let row = [repository, date, metric, made, cell[0].into(), cell[1].into(), note.into()];
        self.correction.push(self.session, [key[0], key[1], key[2], key[3], 0], row)
    }

    /// A top ten: repository, kind and when it was taken.
    pub(in crate::history) fn snapshot(&mut self, key: [i64; 3], places: Vec<Place<'o>>) -> Result<(), Fault> {
        if self.snapshots.len() >= SNAPSHOTS {
            self.send_snapshots()?;
        }
        self.snapshots.push(Snapshot { key, places });
        Ok(())
    }

    /// Sends everything that is left.
    pub(in crate::history) fn send(mut self) -> Result<Sent, Fault> {
        self.send_snapshots()?;
        let session = self.session;
        let [new_days, changed_days] = self.day.send(session)?;
        let others = [
            self.observation.send(session)?,
            self.week.send(session)?,
            self.fortnight.send(session)?,
            self.counters.send(session)?,
            self.star.send(session)?,
            self.about.send(session)?,
            self.release.send(session)?,
            self.asset.send(session)?,
            self.download.send(session)?,
            self.asked.send(session)?,
            self.doubt.send(session)?,
            self.correction.send(session)?,
        ];
        let others: u64 = others.iter().flatten().sum();
        let rows = new_days + changed_days + self.taken + others;
        Ok(Sent { new_days, changed_days, snapshots: self.taken, rows })
    }

    fn send_snapshots(&mut self) -> Result<(), Fault> {
        let snapshots = std::mem::take(&mut self.snapshots);
        self.learn(snapshots.iter().flat_map(|snapshot| &snapshot.places))?;
        let mut rows = Vec::with_capacity(snapshots.len());
        for (key, top) in self.larger(&snapshots)? {
            let top = serde_json::to_string(&top).map_err(|error| Fault::Damaged(error.to_string()))?;
            rows.push(values![key[0], key[1], key[2], top]);
        }
        self.taken += self.session.each(SNAPSHOT_INSERT, &rows)?;
        Ok(())
    }

    /// The list of each moment, where there are several the largest by what it says: so it is the same in whatever order
    /// they come. Those that are there already are not among them.
    fn larger(&self, snapshots: &[Snapshot<'o>]) -> Result<BTreeMap<[i64; 3], Vec<Top>>, Fault> {
        let mut lists = BTreeMap::<[i64; 3], Vec<Top>>::new();
        let keys: BTreeSet<[i64; 3]> = snapshots.iter().map(|snapshot| snapshot.key).collect();
        let keys: Vec<[Param<'_>; 3]> = keys.into_iter().map(|key| values![key[0], key[1], key[2]]).collect();
        self.session.scan_each(SNAPSHOT_SAME, &keys, |row| {
            let top =
                serde_json::from_str(row.text(3)?).map_err(|error| Fault::Damaged(format!("a top ten: {error}")))?;
            lists.insert([row.integer(0)?, row.integer(1)?, row.integer(2)?], top);
            Ok(())
        })?;
        let known = lists.clone();
        for Snapshot { key, places } in snapshots {
            let top = places.iter().map(|place| self.place(place)).collect::<Result<Vec<Top>, Fault>>()?;
            match lists.get(key) {
                Some(other) if *other == top || self.told(other)? >= self.told(&top)? => {}
                _ => drop(lists.insert(*key, top)),
            }
        }
        lists.retain(|key, top| known.get(key) != Some(top));
        Ok(lists)
    }

    /// A list with its texts instead of their keys.
    fn told(&self, top: &[Top]) -> Result<Vec<Told>, Fault> {
        let text = |key: i64| {
            let found = self
                .session
                .first("SELECT value FROM text WHERE key = ?1", &values![key], |row| Ok(row.text(0)?.to_owned()))?;
            found.ok_or_else(|| Fault::Damaged(format!("text {key} does not exist")))
        };
        let place =
            |(name, title, count, uniques): &Top| Ok((text(*name)?, title.map(text).transpose()?, *count, *uniques));
        top.iter().map(place).collect()
    }

    fn place(&self, place: &Place<'_>) -> Result<Top, Fault> {
        let key = |text: &str| {
            let missing = || Fault::Damaged(format!("`{text}` was stored, and is not there"));
            self.texts.get(text).copied().ok_or_else(missing)
        };
        Ok((key(&place.name)?, place.title.as_deref().map(key).transpose()?, place.count, place.uniques))
    }

    /// Gives every text a key that has none yet.
    fn learn<'a>(&mut self, places: impl Iterator<Item = &'a Place<'o>>) -> Result<(), Fault>
    where
        'o: 'a,
    {
        let texts = places.flat_map(|place| [Some(place.name.as_ref()), place.title.as_deref()]).flatten();
        let new: BTreeSet<&str> = texts.filter(|text| !self.texts.contains_key(*text)).collect();
        let new: Vec<[Param<'_>; 1]> = new.into_iter().map(|text| values![text]).collect();
        self.session.each(TEXT_INSERT, &new)?;
        let known = &mut self.texts;
        self.session.scan_each(TEXT_KEY, &new, |row| {
            known.insert(row.text(1)?.to_owned(), row.integer(0)?);
            Ok(())
        })
    }
}

fn figures<'o>(repository: i64, at: i64, four: Four) -> [Param<'o>; 6] {
    values![repository, at, four[0], four[1], four[2], four[3]]
}
