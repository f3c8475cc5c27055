//! The tables of a bundle as files, and the page that explains them.

mod heads;
mod rows;

use flate2::Compression;
use serde::Serialize;

use super::{Chrome, Link, Scope};
use crate::domain::release::PagePath;
use crate::report::csv::Csv;
use crate::report::file::{File, Format};
use crate::report::json::Json;
use crate::report::stock::Repo;
use crate::report::xlsx::{self, Grid, MOST_ROWS};
use crate::report::{Error, feed};

/// Every sheet in one file.
pub(in crate::report) const WORKBOOK: &str = "data/tollgate.xlsx";

/// `data.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct DataView {
    page: Chrome,
    role: String,
    files: Vec<FileView>,
    workbook: &'static str,
    /// The files that have more rows than a sheet takes.
    too_long: Vec<&'static str>,
    feeds: Vec<Link>,
    /// Where the whole bundle is had; the edge makes it of what it holds.
    bundle: &'static str,
    /// Whether each repository has files of its own.
    own: bool,
}

#[derive(Debug, Serialize)]
struct FileView {
    name: &'static str,
    holds: String,
    columns: String,
    links: Vec<Link>,
}

/// One table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Sheet {
    Daily,
    Weekly,
    Monthly,
    Repositories,
    Referrers,
    Paths,
    Stars,
    Releases,
}

impl Sheet {
    pub(in crate::report) const ALL: [Sheet; 8] = [
        Sheet::Daily,
        Sheet::Weekly,
        Sheet::Monthly,
        Sheet::Repositories,
        Sheet::Referrers,
        Sheet::Paths,
        Sheet::Stars,
        Sheet::Releases,
    ];

    /// Its name in files and workbooks.
    fn name(self) -> &'static str {
        match self {
            Sheet::Daily => "daily",
            Sheet::Weekly => "weekly",
            Sheet::Monthly => "monthly",
            Sheet::Repositories => "repositories",
            Sheet::Referrers => "referrers",
            Sheet::Paths => "paths",
            Sheet::Stars => "stars",
            Sheet::Releases => "releases",
        }
    }

    pub(in crate::report) fn path(self, format: Format) -> String {
        format!("data/{}.{}", self.name(), format.extension())
    }

    fn head(self) -> &'static [&'static str] {
        match self {
            Sheet::Daily => heads::DAILY,
            Sheet::Weekly => heads::WEEKLY,
            Sheet::Monthly => heads::MONTHLY,
            Sheet::Stars => heads::STARS,
            Sheet::Releases => heads::RELEASES,
            Sheet::Repositories => heads::REPOSITORIES,
            Sheet::Referrers => heads::REFERRERS,
            Sheet::Paths => heads::PATHS,
        }
    }

    /// The file with its head and no row yet.
    pub(in crate::report) fn begin(self, format: Format) -> File {
        match format {
            Format::Csv => File::Csv(Csv::new(self.head())),
            Format::Json => File::Json(Json::new(self.head())),
            Format::Xlsx => File::Grid(Box::new(Grid::new(self.name(), self.head(), Compression::new(6)))),
        }
    }

    /// Adds what the file holds of a repository.
    pub(in crate::report) fn add(self, file: &mut File, repo: &Repo) {
        match self {
            Sheet::Daily => rows::daily(file, repo),
            Sheet::Weekly => rows::weekly(file, repo),
            Sheet::Monthly => rows::monthly(file, repo),
            Sheet::Repositories => rows::repository(file, repo),
            Sheet::Referrers => rows::snapshots(file, repo, &repo.history.referrers, false),
            Sheet::Paths => rows::snapshots(file, repo, &repo.history.paths, true),
            Sheet::Stars => rows::stars(file, repo),
            Sheet::Releases => rows::releases(file, repo),
        }
    }
}

/// A file that is told of all its repositories.
pub(in crate::report) fn finish(file: File) -> Result<Vec<u8>, Error> {
    match file {
        File::Csv(csv) => Ok(csv.into_bytes()),
        File::Json(json) => Ok(json.into_bytes()),
        File::Grid(grid) => xlsx::workbook(vec![*grid]),
    }
}

/// The days of one repository, in a file of its own.
pub(in crate::report) fn own_days(repo: &Repo, format: Format) -> Result<Vec<u8>, Error> {
    let mut file = match format {
        // The bundle compresses it.
        Format::Xlsx => File::Grid(Box::new(Grid::new(Sheet::Daily.name(), Sheet::Daily.head(), Compression::none()))),
        _ => Sheet::Daily.begin(format),
    };
    rows::daily(&mut file, repo);
    finish(file)
}

/// The address of such a file, beside the repository's page.
pub(in crate::report) fn own_path(page: &PagePath, format: Format) -> String {
    let page = page.as_str();
    format!("{}.{}", page.strip_suffix(".html").unwrap_or(page), format.extension())
}

/// Links to them from the repository's own page.
pub(in crate::report) fn own_links(repo: &Repo) -> Vec<Link> {
    let link = |format: Format| Link {
        label: format.name().to_owned(),
        href: own_path(&repo.path, format),
        current: false,
        primary: false,
    };
    Format::ALL.map(link).into()
}

/// Every sheet at once, in one file.
pub(in crate::report) struct Workbook(Vec<(Sheet, File)>);

impl Workbook {
    pub(in crate::report) fn new() -> Workbook {
        Workbook(Sheet::ALL.map(|sheet| (sheet, sheet.begin(Format::Xlsx))).into())
    }

    pub(in crate::report) fn add(&mut self, repo: &Repo) {
        self.0.iter_mut().for_each(|(sheet, file)| sheet.add(file, repo));
    }

    pub(in crate::report) fn finish(self) -> Result<Vec<u8>, Error> {
        let grid = |(_, file)| match file {
            File::Grid(grid) => Some(*grid),
            File::Csv(_) | File::Json(_) => None,
        };
        xlsx::workbook(self.0.into_iter().filter_map(grid).collect())
    }
}

/// Collects the page that explains the files.
#[derive(Default)]
pub(in crate::report) struct Data {
    /// Rows of the longest file.
    days: u64,
}

impl Data {
    pub(in crate::report) fn add(&mut self, repo: &Repo) {
        self.days += repo.daily.extent().map_or(0, |extent| extent.len() as u64);
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> DataView {
        let words = scope.words;
        let link = |sheet: Sheet, format: Format| Link {
            label: format.name().to_owned(),
            href: sheet.path(format),
            current: false,
            primary: false,
        };
        let file = |sheet: Sheet| FileView {
            name: sheet.name(),
            holds: words.text(&format!("downloads-holds-{}", sheet.name())),
            columns: sheet.head().join(", "),
            links: [Format::Csv, Format::Json].map(|format| link(sheet, format)).into(),
        };
        DataView {
            page,
            role: scope.role.title.clone(),
            files: Sheet::ALL.map(file).into(),
            workbook: WORKBOOK,
            too_long: if self.days >= MOST_ROWS { vec![Sheet::Daily.name()] } else { Vec::new() },
            feeds: feed::links(words, scope.role),
            bundle: PagePath::BUNDLE,
            own: scope.linked,
        }
    }
}
