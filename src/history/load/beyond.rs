//! Reading back what GitHub says beyond days and top tens.

use super::{Part, Parts, cell};
use crate::domain::collection;
use crate::domain::downloads::{Asset, Release};
use crate::domain::repo::About;
use crate::domain::traffic::{Day, Series};
use crate::domain::uniques::{Fortnight, WeekTotal};
use crate::history::error::Fault;
use crate::history::record::metric;
use crate::history::sql::{Param, Row, Session};
use crate::history::units::{date, figure, figures, moment};

const ABOUT: &str = include_str!("../queries/load_about.sql");
const WEEKS: &str = include_str!("../queries/load_weeks.sql");
const FORTNIGHTS: &str = include_str!("../queries/load_fortnights.sql");
const STARS: &str = include_str!("../queries/load_stars.sql");
const RELEASES: &str = include_str!("../queries/load_releases.sql");
const ASSETS: &str = include_str!("../queries/load_assets.sql");
const DOWNLOADS: &str = include_str!("../queries/load_downloads.sql");
const DOUBTS: &str = include_str!("../queries/load_doubts.sql");
const CORRECTIONS: &str = include_str!("../queries/load_corrections.sql");

/// Reads everything of this kind into the repositories read before.
pub(super) fn load(session: Session<'_>, of: &[[Param<'_>; 1]], parts: &mut Parts) -> Result<(), Fault> {
    session.scan_each(ABOUT, of, |row| parts.about(row))?;
    session.scan_each(WEEKS, of, |row| parts.week(row))?;
    session.scan_each(FORTNIGHTS, of, |row| parts.fortnight(row))?;
    session.scan_each(STARS, of, |row| parts.star(row))?;
    session.scan_each(RELEASES, of, |row| parts.release(row))?;
    session.scan_each(ASSETS, of, |row| parts.asset(row))?;
    session.scan_each(DOWNLOADS, of, |row| parts.download(row))?;
    session.scan_each(DOUBTS, of, |row| parts.doubt(row))?;
    session.scan_each(CORRECTIONS, of, |row| parts.correction(row))
}

impl Parts {
    fn about(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let (field, value) = (row.text(1)?, row.text(2)?);
        let damaged = |error| Fault::Damaged(format!("`{field}` of a repository: {error}"));
        learn(&mut self.part(row)?.about, field, value).map_err(damaged)
    }

    fn week(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let week = WeekTotal { monday: date(row.integer(1)?)?, views: cell(row, 2)?, clones: cell(row, 4)? };
        self.part(row)?.weeks.push(week);
        Ok(())
    }

    fn fortnight(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let fortnight = Fortnight { taken: moment(row.integer(1)?)?, views: cell(row, 2)?, clones: cell(row, 4)? };
        self.part(row)?.fortnights.push(fortnight);
        Ok(())
    }

    fn star(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let gained = (date(row.integer(1)?)?, figure(row.integer(2)?)?);
        self.part(row)?.stars_gained.push(gained);
        Ok(())
    }

    fn release(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let release = Release {
            id: figure(row.integer(1)?)?,
            tag: row.text(2)?.to_owned(),
            name: row.maybe_text(3)?.map(str::to_owned),
            published: row.maybe(4)?.map(moment).transpose()?,
            prerelease: row.flag(5)?,
            assets: Vec::new(),
        };
        self.part(row)?.releases.push(release);
        Ok(())
    }

    fn asset(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let release = figure(row.integer(1)?)?;
        let asset = Asset {
            id: figure(row.integer(2)?)?,
            name: row.text(3)?.to_owned(),
            size: figure(row.integer(4)?)?,
            created: row.maybe(5)?.map(moment).transpose()?,
            downloads: Vec::new(),
        };
        let part = self.part(row)?;
        // A dump may have lost the release; of the asset alone there is nothing to show.
        if let Ok(at) = part.releases.binary_search_by_key(&release, |one| one.id) {
            part.releases[at].assets.push(asset);
        }
        Ok(())
    }

    fn download(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let asset = figures(row.maybe(1)?)?;
        let count = (date(row.integer(2)?)?, figure(row.integer(3)?)?);
        let assets = self.part(row)?.releases.iter_mut().flat_map(|release| &mut release.assets);
        if let Some(asset) = assets.into_iter().find(|one| Some(one.id) == asset) {
            asset.downloads.push(count);
        }
        Ok(())
    }

    fn doubt(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let doubted = date(row.integer(1)?)?;
        self.part(row)?.doubtful.insert(doubted);
        Ok(())
    }

    fn correction(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let correction = (date(row.integer(1)?)?, metric(row.integer(2)?)?, cell(row, 3)?);
        self.part(row)?.corrections.push(correction);
        Ok(())
    }
}

/// Takes a field as it is stored, which is JSON.
pub(in crate::history) fn learn(about: &mut About, field: &str, value: &str) -> Result<(), serde_json::Error> {
    match field {
        "topics" => about.topics = serde_json::from_str(value)?,
        "languages" => about.languages = serde_json::from_str(value)?,
        "visibility" => about.visibility = serde_json::from_str(value)?,
        "default_branch" => about.default_branch = serde_json::from_str(value)?,
        "created" => about.created = serde_json::from_str(value)?,
        // Of a later version that was taken back: kept, and not shown.
        _ => {}
    }
    Ok(())
}

impl Part {
    /// The days as GitHub said, and where an operator said otherwise since, as the operator said last.
    pub(super) fn series(&mut self) -> Series {
        let mut days = std::mem::take(&mut self.days);
        for (date, metric, cell) in newest(&self.corrections) {
            let at = match days.binary_search_by_key(&date, |day| day.date) {
                Ok(at) => at,
                Err(at) => {
                    days.insert(at, Day { date, views: None, clones: None });
                    at
                }
            };
            match metric {
                collection::Metric::Views => days[at].views = Some(cell),
                collection::Metric::Clones => days[at].clones = Some(cell),
            }
        }
        days.into_iter().collect()
    }
}

/// The last word on each figure, where it was not taken back.
pub(super) fn newest(
    corrections: &[super::Corrected],
) -> impl Iterator<Item = (crate::domain::Date, collection::Metric, crate::domain::traffic::Cell)> {
    let same = |a: &super::Corrected, b: &super::Corrected| (a.0, a.1) == (b.0, b.1);
    corrections
        .chunk_by(same)
        .filter_map(|one| one.last())
        .filter_map(|(date, metric, cell)| Some((*date, *metric, (*cell)?)))
}
