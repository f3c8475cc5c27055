//! What the sample says of a repository besides traffic: stars day by day, topics, languages.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveTime};
use serde_json::{Value, json};

use super::Sample;
use super::answers::Asked;
use super::repository::SampleRepository;
use crate::domain::Date;
use crate::domain::repo::About;

const TOPICS: [&str; 9] =
    ["cli", "self-hosted", "hacktoberfest", "performance", "observability", "library", "demo", "async", "automation"];

impl Sample {
    /// Stars given on a day.
    pub fn stars_gained(&self, repository: &SampleRepository, date: Date) -> u64 {
        let by = |day| self.counters(repository, day).stars.unwrap_or(0);
        match date.cmp(&repository.created) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => by(date),
            std::cmp::Ordering::Greater => by(date) - by(date - Days::new(1)),
        }
    }

    /// What GitHub says of a repository on a day besides its traits and counters.
    pub fn about(&self, repository: &SampleRepository, date: Date) -> About {
        let chance = |salt| self.figures.chance(repository, repository.created, salt);
        // Some give theirs no topic at all.
        let share = if chance(421) < 0.25 { 0.0 } else { 0.3 };
        let topics = (0..).zip(TOPICS).filter(|(at, _)| chance(400 + at) < share);
        let visibility = if repository.traits_on(date).private { "private" } else { "public" };
        let old = chance(420) < 0.15;
        About {
            topics: Some(topics.map(|(_, topic)| topic.to_owned()).collect()),
            languages: Some(self.languages(repository, date)),
            visibility: Some(visibility.to_owned()),
            default_branch: Some(if old { "master" } else { "main" }.to_owned()),
            created: Some(repository.created.and_time(NaiveTime::MIN).and_utc()),
        }
    }

    /// Bytes of code by language. Code grows by the month, so that most nights find nothing new.
    fn languages(&self, repository: &SampleRepository, date: Date) -> BTreeMap<String, u64> {
        let age = (date - repository.created).num_days().max(0).unsigned_abs();
        let bytes = 2_000 + repository.id.0 % 90_000 + age / 30 * 1_731;
        let mut languages = BTreeMap::from([(repository.language.clone(), bytes)]);
        for (at, language) in [(430, "Shell"), (431, "Dockerfile"), (432, "Makefile")] {
            if self.figures.chance(repository, repository.created, at) < 0.4 {
                languages.entry(language.to_owned()).or_insert(bytes / 23 + 140);
            }
        }
        languages
    }
}

impl Asked<'_> {
    /// `GET /repos/{owner}/{repo}/languages`, the largest first.
    pub(super) fn languages(&self, repository: &SampleRepository) -> Value {
        let mut languages: Vec<_> = self.sample.languages(repository, self.date).into_iter().collect();
        languages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Value::Object(languages.into_iter().map(|(language, bytes)| (language, json!(bytes))).collect())
    }

    /// `GET /repos/{owner}/{repo}/stargazers/count`.
    pub(super) fn star_count(&self, repository: &SampleRepository) -> Value {
        json!({ "count": self.sample.counters(repository, self.date).stars })
    }

    /// `GET /repos/{owner}/{repo}/stargazers/history`, all pages of it, newest first. Weeks begin on Sunday, as they do
    /// in GitHub's other statistics; nobody promises which day they begin on.
    pub(super) fn star_weeks(&self, repository: &SampleRepository) -> Vec<Value> {
        let sunday = |date: Date| date - Days::new(u64::from(date.weekday().num_days_from_sunday()));
        let (first, last) = (sunday(repository.created), sunday(self.date));
        let weeks = std::iter::successors(Some(last), |week| Some(*week - Days::new(7)));
        weeks.take_while(|week| *week >= first).map(|week| self.star_week(repository, week)).collect()
    }

    fn star_week(&self, repository: &SampleRepository, week: Date) -> Value {
        let days: Vec<u64> = (0..7)
            .map(|n| week + Days::new(n))
            .map(|day| if day > self.date { 0 } else { self.sample.stars_gained(repository, day) })
            .collect();
        let at = week.and_time(NaiveTime::MIN).and_utc().timestamp();
        json!({ "week": at, "total": days.iter().sum::<u64>(), "days": days })
    }
}
