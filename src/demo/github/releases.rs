//! The sample's releases, with downloads that grow from day to day.

use chrono::{Days, NaiveTime};
use serde_json::{Value, json};

use super::Sample;
use super::answers::{Asked, node, stamp};
use super::repository::{Kind, SampleRepository};
use crate::domain::downloads::{Asset, Release};
use crate::domain::{Date, Timestamp};

/// What is built for each release: how its file ends, its share of the downloads, its size.
const FILES: [(&str, f64, u64); 3] =
    [("-linux-x86_64.tar.gz", 1.0, 4_812_330), ("-macos-aarch64.tar.gz", 0.4, 4_401_872), (".sha256", 0.1, 196)];
/// Days after which the second file of a release is uploaded again, where that happens.
const AGAIN: u64 = 9;
/// Days before a release in which its draft is being written.
const DRAFTED: u64 = 5;
/// Each of so many releases is not meant for everybody yet.
const EARLY: u64 = 4;

impl Sample {
    /// The releases published by `date`, oldest first, with the downloads by the evening of that day. Drafts are none.
    pub fn releases(&self, repository: &SampleRepository, date: Date) -> Vec<Release> {
        let days = self.release_days(repository, date);
        (0..).zip(days).map(|(number, day)| self.release(repository, number, day, date)).collect()
    }

    /// Whether the second file of each of its releases is uploaded again after nine days, and counts from 0.
    pub fn uploads_again(&self, repository: &SampleRepository) -> bool {
        self.repositories().iter().find(|one| self.has_releases(one)).is_some_and(|first| first.id == repository.id)
    }

    /// The release that is being written on `date`, for those who may push.
    fn draft(&self, repository: &SampleRepository, date: Date) -> Option<Release> {
        let number = self.release_days(repository, date).len() as u64;
        let soon = self.release_days(repository, date + Days::new(DRAFTED)).get(number as usize).copied()?;
        let release = self.release(repository, number, soon, date);
        Some(Release { published: None, assets: Vec::new(), ..release })
    }

    fn has_releases(&self, repository: &SampleRepository) -> bool {
        repository.base >= 20.0 && repository.kind != Kind::Archived
    }

    /// The days with a release until `date`, ascending: those on which people come to look at it.
    fn release_days(&self, repository: &SampleRepository, date: Date) -> Vec<Date> {
        if !self.has_releases(repository) || date < repository.created {
            return Vec::new();
        }
        let days =
            (0..=(date - repository.created).num_days().unsigned_abs()).map(|n| repository.created + Days::new(n));
        days.filter(|day| self.figures.since_release(repository, *day) == 0.0).collect()
    }

    fn release(&self, repository: &SampleRepository, number: u64, day: Date, date: Date) -> Release {
        let prerelease = number % EARLY == EARLY - 1;
        let tag = format!("v0.{}.0{}", number + 1, if prerelease { "-rc.1" } else { "" });
        let id = (repository.id.0 % 1_000_000) * 1_000 + number;
        let replaced = self.uploads_again(repository) && day + Days::new(AGAIN) <= date;
        let asset = |(at, (ending, share, size)): (u64, (&str, f64, u64))| {
            let again = at == 1 && replaced;
            let uploaded = if again { day + Days::new(AGAIN) } else { day };
            Asset {
                id: id * 10 + at + if again { 5 } else { 0 },
                name: format!("{}-{tag}{ending}", repository.name_on(repository.created).name()),
                size: size + number * 1_024,
                created: Some(noon(uploaded)),
                downloads: vec![(date, downloads(repository.base * share, uploaded, date))],
            }
        };
        Release {
            id,
            name: Some(format!("{} {tag}", repository.description())),
            published: Some(noon(day)),
            prerelease,
            assets: (0..).zip(FILES).map(asset).collect(),
            tag,
        }
    }
}

impl Asked<'_> {
    /// `GET /repos/{owner}/{repo}/releases`, all pages of it, newest first.
    pub(super) fn released(&self, repository: &SampleRepository) -> Vec<Value> {
        let draft = self.sample.draft(repository, self.date).filter(|_| self.push);
        let releases = self.sample.releases(repository, self.date).into_iter().chain(draft);
        releases.rev().map(|release| self.release(repository, &release)).collect()
    }

    fn release(&self, repository: &SampleRepository, release: &Release) -> Value {
        let name = repository.name_on(self.date);
        let Release { id, tag, .. } = release;
        let url = format!("{}/repos/{name}/releases/{id}", self.base);
        let page = format!("https://github.com/{name}/releases");
        json!({
            "url": url,
            "assets_url": format!("{url}/assets"),
            "upload_url": format!("https://uploads.github.com/repos/{name}/releases/{id}/assets{{?name,label}}"),
            "html_url": format!("{page}/tag/{tag}"),
            "id": id,
            "author": self.owner(repository.owner_on(self.date)),
            "node_id": node("RE", *id),
            "tag_name": tag,
            "target_commitish": "main",
            "name": release.name,
            "draft": release.published.is_none(),
            "immutable": false,
            "prerelease": release.prerelease,
            "created_at": release.published.map_or_else(|| stamp(self.date), time),
            "updated_at": release.published.map_or_else(|| stamp(self.date), time),
            "published_at": release.published.map(time),
            "assets": release.assets.iter().map(|asset| self.asset(repository, tag, asset)).collect::<Vec<_>>(),
            "tarball_url": format!("{}/repos/{name}/tarball/{tag}", self.base),
            "zipball_url": format!("{}/repos/{name}/zipball/{tag}", self.base),
            "body": "What is new, and what is mended.",
        })
    }

    fn asset(&self, repository: &SampleRepository, tag: &str, asset: &Asset) -> Value {
        let name = repository.name_on(self.date);
        let created = asset.created.map(time);
        json!({
            "url": format!("{}/repos/{name}/releases/assets/{}", self.base, asset.id),
            "id": asset.id,
            "node_id": node("RA", asset.id),
            "name": asset.name,
            "label": "",
            "uploader": self.owner(repository.owner_on(self.date)),
            "content_type": if asset.name.ends_with(".gz") { "application/gzip" } else { "text/plain" },
            "state": "uploaded",
            "size": asset.size,
            "digest": format!("sha256:{:064x}", asset.id),
            "download_count": asset.downloads.last().map_or(0, |(_, count)| *count),
            "created_at": created,
            "updated_at": created,
            "browser_download_url": format!("https://github.com/{name}/releases/download/{tag}/{}", asset.name),
        })
    }
}

/// Most come in the first days; a few still come after years.
fn downloads(rate: f64, uploaded: Date, date: Date) -> u64 {
    let days = (date - uploaded).num_days().max(0) as f64;
    (rate * (2.0 * (1.0 - (-days / 6.0).exp()) + 0.04 * days)).floor() as u64
}

fn noon(date: Date) -> Timestamp {
    date.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12)
}

fn time(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
