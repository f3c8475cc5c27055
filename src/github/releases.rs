//! Releases of one repository with the downloads of their files.

use serde::Deserialize;

use super::fault::Fault;
use super::tonight::Subject;
use super::wire::{count, read as believe};
use crate::domain::Timestamp;
use crate::domain::downloads;

/// GitHub shows ten thousand releases at the most.
const MOST_PAGES: usize = 100;

/// An entry of `GET /repos/{owner}/{repo}/releases`.
#[derive(Deserialize)]
struct Release {
    id: u64,
    tag_name: String,
    name: Option<String>,
    draft: bool,
    prerelease: bool,
    published_at: Option<Timestamp>,
    assets: Vec<Asset>,
}

/// A file that was uploaded; the archives of the source are not among them.
#[derive(Deserialize)]
struct Asset {
    id: u64,
    name: String,
    size: i64,
    created_at: Option<Timestamp>,
    download_count: i64,
}

/// All releases as of `now`, with the tag of the answer where there are none; `etag` is that of an earlier such answer.
pub(super) async fn read(
    subject: Subject<'_>,
    etag: Option<String>,
    now: Timestamp,
) -> Result<(Vec<downloads::Release>, Option<String>), Fault> {
    let mut page = subject.ask("/releases?per_page=100", etag.as_deref()).await?;
    if page.is_none() {
        return Ok((Vec::new(), etag));
    }
    let (mut releases, mut tag, mut pages) = (Vec::new(), None, 0);
    while let Some(reply) = page {
        pages += 1;
        if pages > MOST_PAGES {
            return Err(Fault::Unreadable(format!("its releases have more than {MOST_PAGES} pages")));
        }
        let found: Vec<Release> = believe(&reply.body)?;
        tag = reply.etag.clone().filter(|_| found.is_empty() && pages == 1);
        for release in found.into_iter().filter(|release| !release.draft) {
            releases.push(released(release, now)?);
        }
        page = subject.next(&reply).await?;
    }
    Ok((releases, tag))
}

fn released(release: Release, now: Timestamp) -> Result<downloads::Release, Fault> {
    let asset = |asset: Asset| {
        let fetched = count(asset.download_count, &asset.name)?;
        Ok(downloads::Asset {
            id: asset.id,
            size: count(asset.size, &asset.name)?,
            name: asset.name,
            created: asset.created_at,
            downloads: vec![(now.date_naive(), fetched)],
        })
    };
    Ok(downloads::Release {
        id: release.id,
        tag: release.tag_name,
        name: release.name.filter(|name| !name.is_empty()),
        published: release.published_at,
        prerelease: release.prerelease,
        assets: release.assets.into_iter().map(asset).collect::<Result<_, Fault>>()?,
    })
}
