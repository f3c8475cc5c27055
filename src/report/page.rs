//! The pages a bundle may hold, and the making of those that speak of several repositories.

use std::borrow::Cow;

use super::Error;
use super::badge;
use super::content::Article;
use super::engine::Engine;
use super::feed;
use super::feed::Feed;
use super::file::{File, Format};
use super::group::Group;
use super::owners::Owner;
use super::stock::Repo;
use super::view::article::Prose;
use super::view::data::{self, Data, Sheet, WORKBOOK, Workbook};
use super::view::events::EventsPage;
use super::view::explore::{self, explore};
use super::view::organisation::{Organisation, Organisations};
use super::view::overview::Overview;
use super::view::periods::{Periods, Unit};
use super::view::print::Print;
use super::view::quality::Quality;
use super::view::referrers::{Listed, Ranks};
use super::view::releases::Releases;
use super::view::search::{self, search};
use super::view::stars::Stars;
use super::view::table::List;
use super::view::{Chrome, Link, Scope};
use crate::domain::policy::PageKind;
use crate::domain::release::PagePath;

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// Told of every repository of the role.
    Shared(Shared),
    /// A file that speaks of one repository, by its place among all.
    Repository(usize, Own),
    Log,
    Article(usize),
    /// What another web server shows for an address that leads nowhere.
    Lost,
    Asset(String),
}

/// A page that speaks of all repositories of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared {
    Overview,
    List,
    Organisations,
    /// By its place among the role's owners. It is told of that owner's repositories alone, with a scope and a group of
    /// them: no more is kept than for one page, however many owners there are.
    Organisation(usize),
    Weekly,
    Monthly,
    Print,
    Referrers,
    Paths,
    Stars,
    Releases,
    Events,
    Quality,
    Data,
    Sheet(Sheet, Format),
    Workbook,
    Feed(feed::Kind),
    Explore,
    ExploreIndex,
    Search,
    SearchIndex,
}

impl Shared {
    /// Those that a role with pages of these kinds has.
    pub(super) fn of(has: impl Fn(PageKind) -> bool, owners: usize) -> Vec<Shared> {
        let mut pages = vec![Shared::Overview, Shared::List, Shared::Print, Shared::Search, Shared::SearchIndex];
        let mut add = |kind, page| {
            if has(kind) {
                pages.push(page);
            }
        };
        add(PageKind::Organisation, Shared::Organisations);
        (0..owners).for_each(|at| add(PageKind::Organisation, Shared::Organisation(at)));
        add(PageKind::Weekly, Shared::Weekly);
        add(PageKind::Monthly, Shared::Monthly);
        add(PageKind::Referrers, Shared::Referrers);
        add(PageKind::Paths, Shared::Paths);
        add(PageKind::Stars, Shared::Stars);
        add(PageKind::Releases, Shared::Releases);
        add(PageKind::Events, Shared::Events);
        add(PageKind::Quality, Shared::Quality);
        add(PageKind::Explore, Shared::Explore);
        add(PageKind::Explore, Shared::ExploreIndex);
        add(PageKind::Csv, Shared::Data);
        for sheet in Sheet::ALL {
            add(PageKind::Csv, Shared::Sheet(sheet, Format::Csv));
            add(PageKind::Csv, Shared::Sheet(sheet, Format::Json));
        }
        add(PageKind::Csv, Shared::Workbook);
        feed::Kind::ALL.into_iter().for_each(|kind| add(kind.page_kind(), Shared::Feed(kind)));
        pages
    }

    /// Its address.
    pub(super) fn path(self, owners: &[Owner]) -> Cow<'_, str> {
        let path = match self {
            Shared::Overview => "index.html",
            Shared::List => "repositories.html",
            Shared::Organisations => "organisations.html",
            Shared::Organisation(at) => &owners[at].path,
            Shared::Print => "print.html",
            Shared::Weekly => "weekly.html",
            Shared::Monthly => "monthly.html",
            Shared::Referrers => "referrers.html",
            Shared::Paths => "paths.html",
            Shared::Stars => "stars.html",
            Shared::Releases => "releases.html",
            Shared::Events => "events.html",
            Shared::Quality => "quality.html",
            Shared::Data => "data.html",
            Shared::Sheet(sheet, format) => return sheet.path(format).into(),
            Shared::Workbook => WORKBOOK,
            Shared::Feed(kind) => kind.path(),
            Shared::Explore => "explore.html",
            Shared::ExploreIndex => "explore/index.js",
            Shared::Search => "search.html",
            Shared::SearchIndex => "search/index.js",
        };
        path.into()
    }

    /// The message that is its title; `None` for what is no page to read, and where the role's own title stands.
    pub(super) fn title(self) -> Option<&'static str> {
        match self {
            Shared::List => Some("repositories"),
            Shared::Organisations => Some("organisations"),
            Shared::Print => Some("print-title"),
            Shared::Weekly => Some("weeks"),
            Shared::Monthly => Some("months"),
            Shared::Referrers => Some("referrers"),
            Shared::Paths => Some("paths"),
            Shared::Stars => Some("stars-and-forks"),
            Shared::Releases => Some("releases-and-downloads"),
            Shared::Events => Some("events"),
            Shared::Quality => Some("data-quality"),
            Shared::Data => Some("downloads"),
            Shared::Overview | Shared::Organisation(_) | Shared::Sheet(..) | Shared::Workbook | Shared::Feed(_) => None,
            Shared::Explore => Some("explore"),
            Shared::Search => Some("search"),
            Shared::ExploreIndex | Shared::SearchIndex => None,
        }
    }

    /// Such as `text/html; charset=utf-8`.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Shared::Sheet(_, format) => format.media_type(),
            Shared::Workbook => Format::Xlsx.media_type(),
            Shared::Feed(_) => feed::MEDIA_TYPE,
            Shared::ExploreIndex | Shared::SearchIndex => SCRIPT,
            _ => HTML,
        }
    }
}

/// A file that speaks of one repository alone. All of a repository's are made while its history is at hand, once for
/// all roles of the same kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// Its page.
    Page,
    /// Its days as a file.
    File(Format),
    Badge,
    /// Its figures, for whoever explores them.
    Data,
}

impl Own {
    /// Those that a role with pages of these kinds has of each of its repositories.
    pub(super) fn of(has: impl Fn(PageKind) -> bool) -> Vec<Own> {
        let mut all = Vec::new();
        if has(PageKind::Repository) {
            all.extend([Own::Page, Own::Badge]);
        }
        if has(PageKind::Repository) && has(PageKind::Csv) {
            all.extend(Format::ALL.map(Own::File));
        }
        if has(PageKind::Explore) {
            all.push(Own::Data);
        }
        all
    }

    /// Its address, the same in every bundle.
    pub(super) fn path(self, page: &PagePath) -> String {
        match self {
            Own::Page => page.to_string(),
            Own::File(format) => data::own_path(page, format),
            Own::Badge => badge::path(page),
            Own::Data => explore::data_path(page.as_str()),
        }
    }

    /// What an address means, if it may be one of these: the address of the repository's page, and which file it is.
    pub(super) fn at(path: &str) -> Option<(String, Own)> {
        let (folder, rest) = path.split_once('/')?;
        let (stem, extension) = rest.rsplit_once('.')?;
        let own = match (folder, extension) {
            ("repositories", "html") => Own::Page,
            ("repositories", _) => Own::File(Format::ALL.into_iter().find(|format| format.extension() == extension)?),
            ("badges", "svg") => Own::Badge,
            ("explore", "js") => Own::Data,
            _ => return None,
        };
        Some((format!("repositories/{stem}.html"), own))
    }

    /// Such as `text/html; charset=utf-8`.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Own::Page => HTML,
            Own::File(format) => format.media_type(),
            Own::Badge => badge::MEDIA_TYPE,
            Own::Data => SCRIPT,
        }
    }

    /// What its key is told apart by from those of the repository's other files.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Own::Page => "repository",
            Own::File(_) => "file",
            Own::Badge => "badge",
            Own::Data => "data",
        }
    }
}

pub(super) const HTML: &str = "text/html; charset=utf-8";
/// What the browser takes for a script: nothing else may be loaded as one.
pub(super) const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A shared page in the making: told of one repository after the other, in order of name.
pub(super) enum Making {
    Overview(Overview),
    List(List),
    Organisations(Organisations),
    Organisation(Organisation),
    Print(Print),
    Periods(Periods),
    Ranks(Ranks),
    Stars(Stars),
    Releases(Releases),
    Events(EventsPage),
    Quality(Quality),
    Data(Data),
    Sheet(Sheet, File),
    Workbook(Workbook),
    Feed(Feed),
    Article(Prose),
    /// Told of nothing: its script knows.
    Explore,
    ExploreIndex(explore::Index),
    Search,
    SearchIndex(search::Index),
}

impl Making {
    /// A page that was told of nothing yet.
    pub(super) fn new(page: Shared, scope: &Scope<'_>) -> Making {
        match page {
            Shared::Overview => Making::Overview(Overview::new(scope)),
            Shared::List => Making::List(List::new()),
            Shared::Organisations => Making::Organisations(Organisations::new()),
            Shared::Organisation(_) => Making::Organisation(Organisation::new(scope)),
            Shared::Print => Making::Print(Print::new(scope)),
            Shared::Weekly => Making::Periods(Periods::new(scope, Unit::Weeks)),
            Shared::Monthly => Making::Periods(Periods::new(scope, Unit::Months)),
            Shared::Data => Making::Data(Data::default()),
            Shared::Sheet(sheet, format) => Making::Sheet(sheet, sheet.begin(format)),
            Shared::Workbook => Making::Workbook(Workbook::new()),
            Shared::Feed(kind) => Making::Feed(Feed::new(kind)),
            Shared::Referrers => Making::Ranks(Ranks::new(scope, Listed::Referrers)),
            Shared::Paths => Making::Ranks(Ranks::new(scope, Listed::Paths)),
            Shared::Stars => Making::Stars(Stars::new(scope)),
            Shared::Releases => Making::Releases(Releases::new(scope)),
            Shared::Events => Making::Events(EventsPage::new(scope)),
            Shared::Quality => Making::Quality(Quality::new(scope)),
            Shared::Explore => Making::Explore,
            Shared::ExploreIndex => Making::ExploreIndex(explore::Index::new(scope)),
            Shared::Search => Making::Search,
            Shared::SearchIndex => Making::SearchIndex(search::Index::new()),
        }
    }

    /// A page of prose that was told of nothing yet.
    pub(super) fn of_article(article: &Article, scope: &Scope<'_>) -> Making {
        Making::Article(Prose::new(article, scope))
    }

    /// Tells it of a repository.
    pub(super) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        match self {
            Making::Overview(view) => view.add(scope, repo),
            Making::List(view) => view.add(scope, repo),
            Making::Organisations(view) => view.add(scope, repo),
            Making::Organisation(view) => view.add(scope, repo),
            Making::Print(view) => view.add(scope, repo),
            Making::Periods(view) => view.add(scope, repo),
            Making::Data(view) => view.add(repo),
            Making::Sheet(sheet, file) => sheet.add(file, repo),
            Making::Workbook(workbook) => workbook.add(repo),
            Making::Feed(feed) => feed.add(scope, repo),
            Making::Article(view) => view.add(scope, repo),
            Making::Ranks(view) => view.add(scope, repo),
            Making::Stars(view) => view.add(scope, repo),
            Making::Releases(view) => view.add(scope, repo),
            Making::Events(view) => view.add(scope, repo),
            Making::Quality(view) => view.add(scope, repo),
            Making::ExploreIndex(index) => index.add(scope, repo),
            Making::SearchIndex(index) => index.add(scope, repo),
            Making::Explore | Making::Search => {}
        }
    }

    /// The bytes of the page, when it has been told of all.
    pub(super) fn finish(
        self,
        engine: &Engine,
        scope: &Scope<'_>,
        group: &Group,
        page: Chrome,
        articles: Vec<Link>,
    ) -> Result<Vec<u8>, Error> {
        match self {
            Making::Overview(view) => engine.render("overview.html", &view.finish(scope, group, page, articles)),
            Making::List(view) => engine.render("repositories.html", &view.finish(scope, page)),
            Making::Organisations(view) => engine.render("organisations.html", &view.finish(scope, page)),
            Making::Organisation(view) => engine.render("organisation.html", &view.finish(scope, group, page)),
            Making::Print(view) => engine.render("print.html", &view.finish(scope, group, page)),
            Making::Periods(view) => engine.render("periods.html", &view.finish(scope, group, page)),
            Making::Ranks(view) => engine.render("ranks.html", &view.finish(scope, page)),
            Making::Stars(view) => engine.render("stars.html", &view.finish(scope, page)),
            Making::Releases(view) => engine.render("releases.html", &view.finish(scope, page)),
            Making::Events(view) => engine.render("events.html", &view.finish(scope, page)),
            Making::Quality(view) => engine.render("quality.html", &view.finish(scope, page)),
            Making::Data(view) => engine.render("data.html", &view.finish(scope, page)),
            Making::Sheet(_, file) => data::finish(file),
            Making::Workbook(workbook) => workbook.finish(),
            Making::Article(view) => engine.render("article.html", &view.finish(scope, page)),
            Making::Feed(feed) => engine.render("feed.xml", &feed.finish(scope, group, page)),
            Making::Explore => {
                engine.render("explore.html", &explore(scope, page, |name| engine.asset_path(name).to_owned()))
            }
            Making::ExploreIndex(index) => Ok(index.finish()),
            Making::Search => engine.render("search.html", &search(scope, page, engine.asset_path("search.js"))),
            Making::SearchIndex(index) => Ok(index.finish(scope, &page, &articles)),
        }
    }
}
