//! Which pages each role has, what each depends on, and how it is rendered.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::content::{self, Article};
use super::engine::Engine;
use super::group::Group;
use super::stock::{self, Fresh, Repo};
use super::view::article::ArticleView;
use super::view::data::{self, Sheet};
use super::view::log::Seen;
use super::view::periods::{self, Unit};
use super::view::{Chrome, Link, Scope, log, overview, repository, table};
use super::{Error, Settings};
use crate::domain::Date;
use crate::domain::collection::Run;
use crate::domain::policy::{PageKind, Policy, Role, RoleName};
use crate::domain::release::{Digest, PagePath, Planned};
use crate::domain::repo::{RepositoryHistory, Selection, Selector, SourceName};

const GENERATOR: &str = concat!("Tollgate ", env!("CARGO_PKG_VERSION"));
const HTML: &str = "text/html; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";

/// Label, address, and the kind of page a role must have for it to be there.
const NAVIGATION: [(&str, &str, Option<PageKind>); 8] = [
    ("Overview", "index.html", None),
    ("Repositories", "repositories.html", None),
    ("Weeks", "weekly.html", Some(PageKind::Weekly)),
    ("Months", "monthly.html", Some(PageKind::Monthly)),
    ("Data", "data.html", Some(PageKind::Csv)),
    ("Log", "log.html", Some(PageKind::Log)),
    ("Glossary", "glossary.html", None),
    ("Account", PagePath::ACCOUNT, None),
];

/// All bundles of one build, planned but not rendered.
pub struct Site {
    title: String,
    engine: Engine,
    articles: Vec<Article>,
    repos: Vec<Repo>,
    runs: Vec<Run>,
    /// For every outcome of every run the repository that it is about.
    subjects: Vec<Vec<Option<usize>>>,
    folders: BTreeMap<RoleName, Folder>,
    bundles: Vec<Bundle>,
}

/// The pages of one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Whose they are.
    pub role: RoleName,
    /// The repositories they speak of, `owner/name`.
    pub repositories: Vec<String>,
    /// Ascending by path.
    pub pages: Vec<Planned>,
}

/// What one role sees, as places in what all roles share.
struct Folder {
    role: Role,
    members: Vec<usize>,
    fresh: Fresh,
    pages: BTreeMap<PagePath, Page>,
}

#[derive(Clone, Debug)]
enum Page {
    Overview,
    List,
    Repository(usize),
    Weekly,
    Monthly,
    Data,
    Sheet(Sheet),
    Log,
    Article(usize),
    Asset(String),
}

impl Site {
    /// Plans every bundle of the policy. `runs` are newest first; `today` tells only how old the data is.
    ///
    /// # Errors
    /// When a template or a content page cannot be read or has a fault; the text names file and line.
    pub fn new(
        settings: &Settings,
        policy: &Policy,
        histories: Vec<RepositoryHistory>,
        runs: Vec<Run>,
        today: Date,
    ) -> Result<Site, Error> {
        let repos = stock::prepare(histories, &runs, today)?;
        let mut site = Site {
            title: settings.title.clone(),
            engine: Engine::load(settings.templates.as_deref())?,
            articles: content::read(settings.content.as_deref(), policy)?,
            subjects: stock::subjects(&runs, &repos),
            repos,
            runs,
            folders: BTreeMap::new(),
            bundles: Vec::new(),
        };
        for role in policy.roles() {
            let folder = site.folder(role, today)?;
            site.bundles.push(site.plan(&folder)?);
            site.folders.insert(role.name.clone(), folder);
        }
        Ok(site)
    }

    /// One bundle for each role, in the policy's order.
    pub fn bundles(&self) -> &[Bundle] {
        &self.bundles
    }

    /// The newest settled day of any bundle: how far the reports reach.
    pub fn through(&self) -> Option<Date> {
        self.folders.values().filter_map(|folder| self.scope(folder).group.settled()).max()
    }

    /// The bytes of a planned page. Pages of equal keys have equal bytes, whatever their role.
    ///
    /// # Errors
    /// When a template has a fault that only rendering shows, or the page is not one of the role's.
    pub fn render(&self, role: &RoleName, page: &Planned) -> Result<Vec<u8>, Error> {
        let found = self.folders.get(role).and_then(|folder| Some((folder, folder.pages.get(&page.path)?)));
        let Some((folder, kind)) = found else {
            return Err(Error::NoSuchPage { role: role.to_string(), path: page.path.to_string() });
        };
        let chrome = |title: &str, fresh: &Fresh| self.chrome(folder, &page.path, title, fresh);
        let scope = || self.scope(folder);
        let own = &folder.fresh;
        match kind {
            Page::Overview => {
                let view = overview::overview(&scope(), chrome(&folder.role.title, own), self.links(folder));
                self.engine.render("overview.html", &view)
            }
            Page::List => self.engine.render("repositories.html", &table::list(&scope(), chrome("Repositories", own))),
            Page::Repository(at) => {
                let repo = &self.repos[*at];
                let page = chrome(&repo.name().to_string(), &repo.fresh);
                self.engine.render("repository.html", &repository::repository(repo, page))
            }
            Page::Weekly => {
                self.engine.render("periods.html", &periods::periods(&scope(), chrome("Weeks", own), Unit::Weeks))
            }
            Page::Monthly => {
                self.engine.render("periods.html", &periods::periods(&scope(), chrome("Months", own), Unit::Months))
            }
            Page::Data => self.engine.render("data.html", &data::data(&scope(), chrome("Data", own))),
            Page::Sheet(sheet) => Ok(sheet.write(&scope())),
            Page::Log => {
                self.engine.render("log.html", &log::log(&scope(), chrome("Collection log", own), &self.seen(folder)))
            }
            Page::Article(at) => {
                let article = &self.articles[*at];
                let page = chrome(&article.title, own);
                self.engine.render("article.html", &ArticleView { page, html: &article.html })
            }
            Page::Asset(name) => {
                Ok(self.engine.assets().get(name).map(|asset| asset.bytes.clone()).unwrap_or_default())
            }
        }
    }

    fn folder(&self, role: &Role, today: Date) -> Result<Folder, Error> {
        let picked = |at: &usize| role.repositories.picks(&self.repos[*at].history.repository);
        let members: Vec<usize> = (0..self.repos.len()).filter(picked).collect();
        let repos: Vec<&Repo> = members.iter().map(|at| &self.repos[*at]).collect();
        let fresh = Fresh::of(repos.iter().copied(), stock::frozen(&self.runs, &repos), today);
        let pages = self.pages(role, &members)?;
        Ok(Folder { role: role.clone(), members, fresh, pages })
    }

    fn pages(&self, role: &Role, members: &[usize]) -> Result<BTreeMap<PagePath, Page>, Error> {
        let has = |kind| role.pages.contains(&kind);
        let mut pages = vec![("index.html".to_owned(), Page::Overview), ("repositories.html".to_owned(), Page::List)];
        let mut add = |path: &str, page| pages.push((path.to_owned(), page));
        if has(PageKind::Repository) {
            members.iter().for_each(|at| add(self.repos[*at].path.as_str(), Page::Repository(*at)));
        }
        if has(PageKind::Weekly) {
            add("weekly.html", Page::Weekly);
        }
        if has(PageKind::Monthly) {
            add("monthly.html", Page::Monthly);
        }
        if has(PageKind::Csv) {
            add("data.html", Page::Data);
            Sheet::ALL.into_iter().for_each(|sheet| add(sheet.path(), Page::Sheet(sheet)));
        }
        if has(PageKind::Log) {
            add("log.html", Page::Log);
        }
        for (at, article) in self.articles.iter().enumerate().filter(|(_, article)| article.is_for(&role.name)) {
            add(article.path.as_str(), Page::Article(at));
        }
        for (name, asset) in self.engine.assets() {
            add(&asset.path, Page::Asset(name.clone()));
        }
        let parse = |(path, page): (String, Page)| {
            path.parse()
                .map(|path| (path, page))
                .map_err(|fault: crate::domain::release::PathFault| Error::Address(fault.to_string()))
        };
        pages.into_iter().map(parse).collect()
    }

    fn plan(&self, folder: &Folder) -> Result<Bundle, Error> {
        let keys = Keys::of(self, folder)?;
        let plan = |(path, page): (&PagePath, &Page)| {
            let media_type = match page {
                Page::Sheet(_) => CSV,
                Page::Asset(name) => self.engine.assets().get(name).map_or(HTML, |asset| asset.media_type),
                _ => HTML,
            };
            Ok(Planned { path: path.clone(), media_type: media_type.to_owned(), key: keys.key(self, path, page)? })
        };
        let pages = folder.pages.iter().map(plan).collect::<Result<_, Error>>()?;
        let repositories = folder.members.iter().map(|at| self.repos[*at].name().to_string()).collect();
        Ok(Bundle { role: folder.role.name.clone(), repositories, pages })
    }

    fn scope<'a>(&'a self, folder: &'a Folder) -> Scope<'a> {
        let repos: Vec<&Repo> = folder.members.iter().map(|at| &self.repos[*at]).collect();
        let group = Group::new(repos.iter().map(|repo| &repo.daily));
        Scope { role: &folder.role, repos, group, linked: folder.role.pages.contains(&PageKind::Repository) }
    }

    /// The role's own pages of prose.
    fn links(&self, folder: &Folder) -> Vec<Link> {
        let own = |article: &&Article| article.is_for(&folder.role.name) && !article.is_built_in();
        let link =
            |article: &Article| Link { label: article.title.clone(), href: article.path.to_string(), current: false };
        self.articles.iter().filter(own).map(link).collect()
    }

    /// Runs as the role sees them; runs without anything about it are nobody's business here.
    fn seen(&self, folder: &Folder) -> Vec<Seen<'_>> {
        let members: BTreeSet<usize> = folder.members.iter().copied().collect();
        let seen = self.runs.iter().zip(&self.subjects).map(|(run, subjects)| {
            let whole = covers(&folder.role.repositories, &run.source);
            // A repository that was never met has no history, yet whoever sees the whole source sees its failure.
            let ours = |subject: &Option<usize>| whole || subject.is_some_and(|at| members.contains(&at));
            let outcomes = run.outcomes.iter().zip(subjects).filter(|(_, subject)| ours(subject));
            Seen { run, outcomes: outcomes.map(|(outcome, _)| outcome).collect(), whole }
        });
        seen.filter(|seen| seen.whole || !seen.outcomes.is_empty()).collect()
    }

    /// What is around a page. It names no role, so that a repository's page is the same in every bundle.
    fn chrome(&self, folder: &Folder, path: &PagePath, title: &str, fresh: &Fresh) -> Chrome {
        let current = |href: &str| {
            path.as_str() == href || (href == "repositories.html" && path.as_str().starts_with("repositories/"))
        };
        let kinds = &folder.role.pages;
        let link = |(label, href, _): (&str, &str, Option<PageKind>)| Link {
            label: label.to_owned(),
            href: href.to_owned(),
            current: current(href),
        };
        Chrome {
            site: self.title.clone(),
            title: title.to_owned(),
            root: path.to_root(),
            css: self.engine.asset_path("tollgate.css").to_owned(),
            icon: self.engine.asset_path("tollgate.svg").to_owned(),
            nav: NAVIGATION
                .into_iter()
                .filter(|(_, _, kind)| kind.is_none_or(|kind| kinds.contains(&kind)))
                .map(link)
                .collect(),
            fresh: fresh.clone(),
            generator: GENERATOR,
        }
    }
}

/// Whether a selection takes everything a source has, known or not: nothing left out, and everything or the source named.
fn covers(selection: &Selection, source: &SourceName) -> bool {
    let all = |selector: &Selector| match selector {
        Selector::Name { owner, name } => owner == "*" && name == "*",
        Selector::Source(named) => named == source,
        Selector::Private | Selector::Fork | Selector::Archived => false,
    };
    let texts = Vec::<String>::from(selection.clone());
    selection.positive().iter().any(all) && !texts.iter().any(|text| text.starts_with('!'))
}

/// What the keys of one role's pages are made of.
struct Keys {
    /// Of everything all pages depend on.
    base: Vec<u8>,
    /// Of the page kinds, which make the navigation.
    kinds: Vec<u8>,
    /// Of the role's repositories.
    members: Digest,
    /// Of the role's repositories and everything said about the role.
    role: Digest,
    log: Vec<u8>,
    articles: Vec<u8>,
}

impl Keys {
    fn of(site: &Site, folder: &Folder) -> Result<Keys, Error> {
        let base = json(&(GENERATOR, site.engine.digest(), &site.title))?;
        let kinds = json(&folder.role.pages)?;
        let member = |at: &usize| {
            let repo = &site.repos[*at];
            json(&(&repo.path, repo.digest, &repo.aliases))
        };
        let members: Vec<Vec<u8>> = folder.members.iter().map(member).collect::<Result<_, _>>()?;
        let members = Digest::of_parts(members.iter().map(Vec::as_slice));
        let role = json(&(members, &folder.role.name, &folder.role.title, &folder.role.pages, &folder.fresh))?;
        let log = site.seen(folder).into_iter().map(|Seen { run, outcomes, whole }| {
            let whole = whole.then_some((run.requests, run.unchanged, &run.faults));
            let github = (run.window, run.frozen, &run.doubtful);
            (&run.source, run.started, run.finished, github, whole, outcomes)
        });
        let articles: Vec<(String, String)> =
            site.links(folder).into_iter().map(|link| (link.label, link.href)).collect();
        Ok(Keys {
            base,
            kinds,
            members,
            role: Digest::of(&role),
            log: json(&log.collect::<Vec<_>>())?,
            articles: json(&articles)?,
        })
    }

    fn key(&self, site: &Site, path: &PagePath, page: &Page) -> Result<Digest, Error> {
        let (tag, data) = match page {
            Page::Overview => ("overview", json(&(self.role, &self.articles))?),
            Page::List => ("list", json(&self.role)?),
            Page::Weekly => ("weekly", json(&self.role)?),
            Page::Monthly => ("monthly", json(&self.role)?),
            Page::Data => ("data", json(&self.role)?),
            Page::Sheet(_) => ("sheet", json(&self.members)?),
            Page::Log => ("log", json(&(self.role, &self.log))?),
            Page::Repository(at) => {
                let repo = &site.repos[*at];
                ("repository", json(&(&self.kinds, repo.digest, &repo.aliases, &repo.fresh))?)
            }
            Page::Article(at) => ("article", json(&(self.role, &site.articles[*at].title, &site.articles[*at].html))?),
            // An asset's address has the digest of its bytes in it.
            Page::Asset(_) => ("asset", Vec::new()),
        };
        let parts = [&self.base, tag.as_bytes(), path.as_str().as_bytes(), &data];
        Ok(Digest::of_parts(parts.map(<[u8]>::as_ref)))
    }
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|fault| Error::Address(fault.to_string()))
}
