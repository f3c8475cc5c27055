//! Recording what GitHub says beyond days and top tens: weeks, fortnights, stars, downloads, and what a repository is about.

use rusqlite::params;
use serde::Serialize;

use super::{Metric, Pair, Writer, pair};
use crate::domain::Date;
use crate::domain::collection::{Asked, Correction, Observation, Question};
use crate::domain::downloads::{Asset, Release};
use crate::domain::repo::About;
use crate::domain::traffic::Cell;
use crate::history::error::Fault;
use crate::history::units::{day_number, micros, stored};

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
const CORRECTION: &str = include_str!("../queries/correction_upsert.sql");

/// Where figures of more than a day are kept: how to insert a row, and how to raise it.
type Longer = (&'static str, &'static str);

impl Writer<'_> {
    pub(super) fn beyond(&mut self, repository: i64, observation: &Observation, seen: i64) -> Result<(), Fault> {
        self.about(repository, &observation.sighting.about, seen)?;
        for week in &observation.weeks {
            let (views, clones) = both(week.views, week.clones, "the week of", week.monday)?;
            self.longer((WEEK_INSERT, WEEK_RAISE), (repository, day_number(week.monday)), views, clones)?;
        }
        for fortnight in &observation.fortnights {
            let date = fortnight.taken.date_naive();
            let (views, clones) = both(fortnight.views, fortnight.clones, "the fortnight to", date)?;
            self.longer((FORTNIGHT_INSERT, FORTNIGHT_RAISE), (repository, micros(fortnight.taken)), views, clones)?;
        }
        for (date, gained) in &observation.stars_gained {
            let gained = stored(*gained, || format!("stars gained on {date}"))?;
            self.execute(STAR, params![repository, day_number(*date), gained])?;
        }
        observation.releases.iter().try_for_each(|release| self.release(repository, release, seen))?;
        observation.asked.iter().try_for_each(|asked| self.asked(repository, asked))
    }

    fn about(&self, repository: i64, about: &About, seen: i64) -> Result<(), Fault> {
        self.field(repository, "topics", about.topics.as_ref(), seen)?;
        self.field(repository, "languages", about.languages.as_ref(), seen)?;
        self.field(repository, "visibility", about.visibility.as_ref(), seen)?;
        self.field(repository, "default_branch", about.default_branch.as_ref(), seen)?;
        self.field(repository, "created", about.created.as_ref(), seen)
    }

    fn field(&self, repository: i64, field: &str, value: Option<&impl Serialize>, seen: i64) -> Result<(), Fault> {
        let Some(value) = value else { return Ok(()) };
        let value = serde_json::to_string(value).map_err(|error| Fault::Damaged(error.to_string()))?;
        self.execute(ABOUT, params![repository, field, value, seen])?;
        Ok(())
    }

    fn longer(&self, (insert, raise): Longer, key: (i64, i64), views: Pair, clones: Pair) -> Result<(), Fault> {
        if views.is_none() && clones.is_none() {
            return Ok(());
        }
        let (views, clones) = (views.unzip(), clones.unzip());
        let values = params![key.0, key.1, views.0, views.1, clones.0, clones.1];
        if self.execute(insert, values)? == 0 {
            self.execute(raise, values)?;
        }
        Ok(())
    }

    fn release(&self, repository: i64, release: &Release, seen: i64) -> Result<(), Fault> {
        let id = stored(release.id, || format!("as the id of release {}", release.tag))?;
        let published = release.published.map(micros);
        let values = params![repository, id, release.tag, release.name, published, release.prerelease, seen];
        self.execute(RELEASE, values)?;
        release.assets.iter().try_for_each(|asset| self.asset(repository, id, asset, seen))
    }

    fn asset(&self, repository: i64, release: i64, asset: &Asset, seen: i64) -> Result<(), Fault> {
        let id = stored(asset.id, || format!("as the id of asset {}", asset.name))?;
        let size = stored(asset.size, || format!("bytes of asset {}", asset.name))?;
        let values = params![repository, id, release, asset.name, size, asset.created.map(micros), seen];
        self.execute(ASSET, values)?;
        for (date, count) in &asset.downloads {
            let count = stored(*count, || format!("downloads of asset {} on {date}", asset.name))?;
            self.execute(DOWNLOAD, params![repository, id, day_number(*date), count])?;
        }
        Ok(())
    }

    fn asked(&self, repository: i64, asked: &Asked) -> Result<(), Fault> {
        self.execute(ASKED, params![repository, number(asked.what), micros(asked.at), asked.mark])?;
        Ok(())
    }

    pub(super) fn correction(&self, repository: i64, correction: &Correction) -> Result<(), Fault> {
        let Correction { date, metric, cell, note, made } = correction;
        let cell = pair(*cell, "corrected", *date)?.unzip();
        let metric = Metric::from(*metric) as i64;
        self.execute(CORRECTION, params![repository, day_number(*date), metric, micros(*made), cell.0, cell.1, note])?;
        Ok(())
    }
}

fn both(views: Option<Cell>, clones: Option<Cell>, of: &str, date: Date) -> Result<(Pair, Pair), Fault> {
    let told = |what: &str| format!("{what} of {of}");
    Ok((pair(views, &told("views"), date)?, pair(clones, &told("clones"), date)?))
}

/// A question as stored.
pub(in crate::history) fn number(question: Question) -> i64 {
    match question {
        Question::Views => 0,
        Question::Clones => 1,
        Question::Weeks => 2,
        Question::Stars => 3,
        Question::Releases => 4,
    }
}

/// The question of that number.
pub(in crate::history) fn question(number: i64) -> Option<Question> {
    use Question::{Clones, Releases, Stars, Views, Weeks};
    [Views, Clones, Weeks, Stars, Releases].into_iter().find(|one| self::number(*one) == number)
}
