//! Recording what GitHub says beyond days and top tens: weeks, fortnights, stars, downloads, and what a repository is about.

use serde::Serialize;

use super::{Pair, Writer, four, pair};
use crate::domain::Date;
use crate::domain::collection::{Observation, Question};
use crate::domain::downloads::{Asset, Release};
use crate::domain::repo::About;
use crate::domain::traffic::Cell;
use crate::history::error::Fault;
use crate::history::sql::values;
use crate::history::units::{day_number, micros, stored};

impl<'o> Writer<'_, 'o> {
    pub(super) fn beyond(&mut self, repository: i64, observation: &'o Observation, seen: i64) -> Result<(), Fault> {
        self.about(repository, &observation.sighting.about, seen)?;
        for week in &observation.weeks {
            let (views, clones) = both(week.views, week.clones, "the week of", week.monday)?;
            let Some(four) = four(views, clones) else { continue };
            self.rows.week(repository, day_number(week.monday), four)?;
        }
        for fortnight in &observation.fortnights {
            let date = fortnight.taken.date_naive();
            let (views, clones) = both(fortnight.views, fortnight.clones, "the fortnight to", date)?;
            let Some(four) = four(views, clones) else { continue };
            self.rows.fortnight(repository, micros(fortnight.taken), four)?;
        }
        for (date, gained) in &observation.stars_gained {
            let gained = stored(*gained, || format!("stars gained on {date}"))?;
            self.rows.star(repository, day_number(*date), gained)?;
        }
        observation.releases.iter().try_for_each(|release| self.release(repository, release, seen))?;
        for asked in &observation.asked {
            self.rows.asked([repository, number(asked.what)], micros(asked.at), asked.mark.as_deref())?;
        }
        Ok(())
    }

    fn about(&mut self, repository: i64, about: &About, seen: i64) -> Result<(), Fault> {
        self.field(repository, "topics", about.topics.as_ref(), seen)?;
        self.field(repository, "languages", about.languages.as_ref(), seen)?;
        self.field(repository, "visibility", about.visibility.as_ref(), seen)?;
        self.field(repository, "default_branch", about.default_branch.as_ref(), seen)?;
        self.field(repository, "created", about.created.as_ref(), seen)
    }

    fn field(
        &mut self,
        repository: i64,
        field: &'static str,
        value: Option<&impl Serialize>,
        seen: i64,
    ) -> Result<(), Fault> {
        let Some(value) = value else { return Ok(()) };
        let value = serde_json::to_string(value).map_err(|error| Fault::Damaged(error.to_string()))?;
        self.rows.about(repository, field, value, seen)
    }

    fn release(&mut self, repository: i64, release: &'o Release, seen: i64) -> Result<(), Fault> {
        let id = stored(release.id, || format!("as the id of release {}", release.tag))?;
        let published = release.published.map(micros);
        let rest = values![&release.tag, release.name.as_ref(), published, release.prerelease, seen];
        self.rows.release([repository, id], rest)?;
        release.assets.iter().try_for_each(|asset| self.asset(repository, id, asset, seen))
    }

    fn asset(&mut self, repository: i64, release: i64, asset: &'o Asset, seen: i64) -> Result<(), Fault> {
        let id = stored(asset.id, || format!("as the id of asset {}", asset.name))?;
        let size = stored(asset.size, || format!("bytes of asset {}", asset.name))?;
        let rest = values![release, &asset.name, size, asset.created.map(micros), seen];
        self.rows.asset([repository, id], rest)?;
        for (date, count) in &asset.downloads {
            let count = stored(*count, || format!("downloads of asset {} on {date}", asset.name))?;
            self.rows.download([repository, id, day_number(*date)], count)?;
        }
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
