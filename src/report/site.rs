//! Which pages each role has, what each depends on, and how it is rendered.

mod elsewhere;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::content::{self, Article};
use super::engine::Engine;
use super::file::Format;
use super::group::{self, Group};
use super::links::{self, Everywhere, Target};
use super::locale::Words;
use super::owners::{self, Owner};
use super::page::{HTML, Making, Page, SCRIPT, Shared};
use super::stock::{self, Fresh, Repo};

use super::view::article::LostView;
use super::view::log::Seen;
use super::view::repository::Beside;
use super::view::{Chrome, FreshView, Known, Link, Scope, data, explore, log, repository};
use super::{Error, Note, Settings, badge, feed};
use crate::domain::Date;
use crate::domain::collection::Run;
use crate::domain::policy::{PageKind, Policy, Role, RoleName};
use crate::domain::ranking::Snapshot;
use crate::domain::release::{Digest, PagePath, Planned};
use crate::domain::repo::{RepositoryHistory, Selection, Selector, SourceName};

const GENERATOR: &str = concat!("Tollgate ", env!("CARGO_PKG_VERSION"));

/// To add an entry, add a line: the message that labels it, its address, and the kind of page a role must have for it to
/// be there. It then stands in the menu "More", in this order; name it in [`PRIMARY`] only if it must always be in sight.
const NAVIGATION: &[(&str, &str, Option<PageKind>)] = &[
    ("overview", "index.html", None),
    ("repositories", "repositories.html", None),
    ("organisations", "organisations.html", Some(PageKind::Organisation)),
    ("weeks", "weekly.html", Some(PageKind::Weekly)),
    ("months", "monthly.html", Some(PageKind::Monthly)),
    ("referrers", "referrers.html", Some(PageKind::Referrers)),
    ("paths", "paths.html", Some(PageKind::Paths)),
    ("stars-and-forks", "stars.html", Some(PageKind::Stars)),
    ("releases-and-downloads", "releases.html", Some(PageKind::Releases)),
    ("events", "events.html", Some(PageKind::Events)),
    ("data-quality", "quality.html", Some(PageKind::Quality)),
    ("explore", "explore.html", Some(PageKind::Explore)),
    ("downloads", "data.html", Some(PageKind::Csv)),
    ("print-title", "print.html", None),
    ("collection-log", "log.html", Some(PageKind::Log)),
    ("glossary", "glossary.html", None),
    ("search", "search.html", None),
    ("account", PagePath::ACCOUNT, None),
];

/// Entries beside the site's title on a wide screen. Six fit in every language; on a phone all are in the menu.
const PRIMARY: [&str; 6] = ["overview", "repositories", "organisations", "weeks", "months", "referrers"];

/// All bundles of one build, planned but not rendered.
pub struct Site {
    title: String,
    base_url: String,
    notes: Vec<Note>,
    public_badges: Selection,
    today: Date,
    words: Words,
    engine: Engine,
    articles: Vec<Article>,
    repos: Vec<Repo>,
    runs: Vec<Run>,
    /// For every outcome of every run the repository that it is about.
    subjects: Vec<Vec<Option<usize>>>,
    spam: Vec<String>,
    folders: BTreeMap<RoleName, Folder>,
    bundles: Vec<Bundle>,
    everywhere: Everywhere,
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
    owners: Vec<Owner>,
    fresh: Fresh,
    known: Known,
    pages: BTreeMap<PagePath, Page>,
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
        let words = Words::load(settings.language, settings.templates.as_deref())?;
        let repos = stock::prepare(&words, histories, &runs, today)?;
        let mut site = Site {
            title: settings.title.clone(),
            base_url: settings.base_url.clone(),
            notes: settings.notes.clone(),
            public_badges: settings.public_badges.clone(),
            today,
            engine: Engine::load(settings.templates.as_deref(), &words, &settings.theme)?,
            words,
            articles: Vec::new(),
            subjects: stock::subjects(&runs, &repos),
            repos,
            runs,
            spam: settings.spam.clone(),
            folders: BTreeMap::new(),
            bundles: Vec::new(),
            everywhere: Everywhere::default(),
        };
        site.articles = content::read(settings.content.as_deref(), policy, &site.words)?;
        for role in policy.roles() {
            let folder = site.folder(role, today)?;
            site.bundles.push(site.plan(&folder)?);
            let general = folder.pages.iter().filter(|(_, page)| !matches!(page, Page::Repository(_)));
            site.everywhere.add(&role.pages, general.map(|(path, _)| path));
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
        self.folders.values().filter_map(|folder| self.scope(folder, None).settled).max()
    }

    /// The bytes of a planned page. Pages of equal keys have equal bytes, whatever their role.
    ///
    /// # Errors
    /// When a template has a fault that only rendering shows, a link of the page leads nowhere, or the page is not one
    /// of the role's.
    pub fn render(&self, role: &RoleName, page: &Planned) -> Result<Vec<u8>, Error> {
        let found = self.folders.get(role).and_then(|folder| Some((folder, folder.pages.get(&page.path)?)));
        let Some((folder, kind)) = found else {
            return Err(Error::NoSuchPage { role: role.to_string(), path: page.path.to_string() });
        };
        let bytes = self.make(folder, page, kind)?;
        self.follow(folder, page, kind, &bytes)?;
        Ok(bytes)
    }

    /// Sees that every link of a page leads somewhere.
    fn follow(&self, folder: &Folder, page: &Planned, kind: &Page, bytes: &[u8]) -> Result<(), Error> {
        let Some(html) = str::from_utf8(bytes).ok().filter(|_| page.media_type == HTML) else { return Ok(()) };
        let own = |target: &str| target.parse().ok().and_then(|path: PagePath| folder.pages.get(&path));
        let leads = |target: &str, id: Option<&str>| {
            // The edge makes the whole bundle of what it holds.
            let everywhere = target == PagePath::BUNDLE || self.everywhere.holds(&folder.role.pages, target);
            let there = match kind {
                // It goes into every bundle of these kinds as it is.
                Page::Repository(at) => {
                    everywhere || (own(target).is_some() && links::is_beside(&self.repos[*at].path, target))
                }
                _ => everywhere || own(target).is_some(),
            };
            match (there, id) {
                (false, _) => Target::NoEntry,
                (true, Some(id)) => match own(target) {
                    Some(Page::Article(at)) if id.starts_with("c-") && !self.articles[*at].has_id(id) => Target::NoId,
                    _ => Target::There,
                },
                (true, None) => Target::There,
            }
        };
        links::check(page.path.as_str(), html, leads).into_iter().next().map_or(Ok(()), |broken| {
            let (role, page) = (folder.role.name.to_string(), page.path.to_string());
            Err(Error::DeadLink { role, page, link: broken.link, why: broken.why.to_string() })
        })
    }

    fn make(&self, folder: &Folder, page: &Planned, kind: &Page) -> Result<Vec<u8>, Error> {
        let chrome = |title: &str, fresh: &Fresh| self.chrome(folder, &page.path, title, fresh);
        let scope = || self.scope(folder, None);
        let own = &folder.fresh;
        match kind {
            Page::Shared(Shared::Organisation(at)) => {
                let owner = &folder.owners[*at];
                self.shared(folder, Some(owner), Shared::Organisation(*at), chrome(&owner.name, &owner.fresh))
            }
            Page::Shared(shared) => {
                let title = shared.title().map_or_else(|| folder.role.title.clone(), |key| self.words.text(key));
                self.shared(folder, None, *shared, chrome(&title, own))
            }
            Page::Repository(at) => {
                let repo = &self.repos[*at];
                let page = chrome(&repo.name().to_string(), &repo.fresh);
                let mut beside = self.beside(repo);
                if folder.role.pages.contains(&PageKind::Csv) {
                    beside.files = data::own_links(repo);
                }
                self.engine.render("repository.html", &repository::repository(&self.words, repo, page, beside))
            }
            Page::RepositoryFile(at, format) => data::own_days(&self.repos[*at], *format),
            Page::Badge(at) => self.engine.render("badge.svg", &badge::badge(&self.words, &self.repos[*at])),
            Page::RepositoryData(at) => Ok(explore::data(&self.repos[*at])),
            Page::Log => self.engine.render(
                "log.html",
                &log::log(&scope(), chrome(&self.words.text("collection-log"), own), &self.seen(folder)),
            ),
            Page::Article(at) => {
                let article = &self.articles[*at];
                let (scope, mut making) = (scope(), Making::of_article(article, &scope()));
                folder.members.iter().for_each(|at| making.add(&scope, &self.repos[*at]));
                making.finish(&self.engine, &scope, &Group::new(None, None), chrome(&article.title, own), Vec::new())
            }
            Page::Lost => self.engine.render("404.html", &LostView { site: &self.title, address: &self.base_url }),
            Page::Asset(name) => {
                Ok(self.engine.assets().get(name).map(|asset| asset.bytes.clone()).unwrap_or_default())
            }
        }
    }

    /// A page that is told of all repositories of the role, or of all of one owner.
    fn shared(&self, folder: &Folder, owner: Option<&Owner>, page: Shared, chrome: Chrome) -> Result<Vec<u8>, Error> {
        let scope = self.scope(folder, owner);
        let mut making = Making::new(page, &scope);
        let mut group = Group::new(scope.extent, scope.settled);
        for at in owner.map_or(&folder.members, |owner| &owner.members) {
            group.add(&self.repos[*at].daily);
            making.add(&scope, &self.repos[*at]);
        }
        making.finish(&self.engine, &scope, &group, chrome, self.links(folder))
    }

    fn folder(&self, role: &Role, today: Date) -> Result<Folder, Error> {
        let picked = |at: &usize| role.repositories.picks(&self.repos[*at].history.repository);
        let members: Vec<usize> = (0..self.repos.len()).filter(picked).collect();
        let repos: Vec<&Repo> = members.iter().map(|at| &self.repos[*at]).collect();
        let fresh = Fresh::of(&self.words, repos.iter().copied(), stock::frozen(&self.runs, &repos), today);
        let articles = self.articles.iter().filter(|article| article.is_for(&role.name));
        articles.into_iter().try_for_each(|article| article.check(role, &self.repos, &members))?;
        let owners = owners::owners(&self.words, &self.repos, &members, &self.runs, today);
        let pages = self.pages(role, &members, &owners)?;
        let mut folder = Folder { role: role.clone(), members, owners, fresh, known: Known::default(), pages };
        folder.known = self.known(&folder);
        Ok(folder)
    }

    /// A note is for those who see every repository that it concerns: its text may name any of them.
    fn known(&self, folder: &Folder) -> Known {
        let members: BTreeSet<usize> = folder.members.iter().copied().collect();
        let concerns = |note: &Note, at: &usize| note.repositories.picks(&self.repos[*at].history.repository);
        let ours = |note: &&Note| {
            let mut concerned = (0..self.repos.len()).filter(|at| concerns(note, at)).peekable();
            concerned.peek().is_some() && concerned.all(|at| members.contains(&at))
        };
        let newest = |list: fn(&RepositoryHistory) -> &Vec<Snapshot>| {
            let taken = |at: &usize| list(&self.repos[*at].history).last().map(|list| list.taken.date_naive());
            folder.members.iter().filter_map(taken).max()
        };
        Known {
            notes: self.notes.iter().filter(ours).cloned().collect(),
            stood: stock::stood(self.seen(folder).iter().map(|seen| seen.run)),
            listed: [newest(|history| &history.referrers), newest(|history| &history.paths)],
        }
    }

    fn pages(&self, role: &Role, members: &[usize], owners: &[Owner]) -> Result<BTreeMap<PagePath, Page>, Error> {
        let has = |kind| role.pages.contains(&kind);
        let shared = Shared::of(has, owners.len()).into_iter();
        let mut pages: Vec<(String, Page)> =
            shared.map(|page| (page.path(owners).into_owned(), Page::Shared(page))).collect();
        let mut add = |path: &str, page| pages.push((path.to_owned(), page));
        if has(PageKind::Repository) {
            members.iter().for_each(|at| add(self.repos[*at].path.as_str(), Page::Repository(*at)));
            members.iter().for_each(|at| add(&badge::path(&self.repos[*at]), Page::Badge(*at)));
        }
        if has(PageKind::Repository) && has(PageKind::Csv) {
            for (at, format) in members.iter().flat_map(|at| Format::ALL.map(|format| (*at, format))) {
                add(&data::own_path(&self.repos[at], format), Page::RepositoryFile(at, format));
            }
        }
        if has(PageKind::Explore) {
            let data = |at: &usize| explore::data_path(self.repos[*at].path.as_str());
            members.iter().for_each(|at| add(&data(at), Page::RepositoryData(*at)));
        }
        if has(PageKind::Log) {
            add("log.html", Page::Log);
        }
        for (at, article) in self.articles.iter().enumerate().filter(|(_, article)| article.is_for(&role.name)) {
            add(article.path.as_str(), Page::Article(at));
        }
        add("404.html", Page::Lost);
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
                Page::Shared(shared) => shared.media_type(),
                Page::Asset(name) => self.engine.assets().get(name).map_or(HTML, |asset| asset.media_type),
                Page::RepositoryFile(_, format) => format.media_type(),
                Page::Badge(_) => badge::MEDIA_TYPE,
                Page::RepositoryData(_) => SCRIPT,
                _ => HTML,
            };
            Ok(Planned { path: path.clone(), media_type: media_type.to_owned(), key: keys.key(self, path, page)? })
        };
        let pages = folder.pages.iter().map(plan).collect::<Result<_, Error>>()?;
        let repositories = folder.members.iter().map(|at| self.repos[*at].name().to_string()).collect();
        Ok(Bundle { role: folder.role.name.clone(), repositories, pages })
    }

    /// The role, or one owner of it.
    fn scope<'a>(&'a self, folder: &'a Folder, owner: Option<&Owner>) -> Scope<'a> {
        let members = owner.map_or(&folder.members, |owner| &owner.members);
        let repos = || members.iter().map(|at| &self.repos[*at]);
        let (extent, settled) = group::reach(repos().map(|repo| (repo.daily.extent(), repo.daily.settled())));
        Scope {
            role: &folder.role,
            words: &self.words,
            members: members.len(),
            owners: if owner.is_some() { 1 } else { folder.owners.len() },
            extent,
            settled,
            today: self.today,
            linked: folder.role.pages.contains(&PageKind::Repository),
            base_url: &self.base_url,
            notes: &folder.known.notes,
            organised: folder.role.pages.contains(&PageKind::Organisation),
            known: &folder.known,
            spam: &self.spam,
        }
    }

    /// The role's own pages of prose.
    fn links(&self, folder: &Folder) -> Vec<Link> {
        let own = |article: &&Article| article.is_for(&folder.role.name) && !article.is_built_in();
        let link = |article: &Article| Link {
            label: article.title.clone(),
            href: article.path.to_string(),
            current: false,
            primary: false,
        };
        self.articles.iter().filter(own).map(link).collect()
    }

    /// What the page of a repository shows besides it; the same in every bundle.
    fn beside(&self, repo: &Repo) -> Beside<'_> {
        let ours = |note: &&Note| note.repositories.picks(&repo.history.repository);
        Beside { notes: self.notes.iter().filter(ours).collect(), spam: &self.spam, files: Vec::new() }
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

    /// Of everything that pages show of these repositories.
    fn members(&self, members: &[usize]) -> Result<Digest, Error> {
        let member = |at: &usize| {
            let repo = &self.repos[*at];
            json(&(&repo.path, repo.digest, &repo.aliases))
        };
        let members: Vec<Vec<u8>> = members.iter().map(member).collect::<Result<_, _>>()?;
        Ok(Digest::of_parts(members.iter().map(Vec::as_slice)))
    }

    /// What is around a page.
    fn chrome(&self, folder: &Folder, path: &PagePath, title: &str, fresh: &Fresh) -> Chrome {
        let current = |href: &str| {
            let below = |list: &str, folder: &str| href == list && path.as_str().starts_with(folder);
            path.as_str() == href
                || below("repositories.html", "repositories/")
                || below("organisations.html", "organisations/")
        };
        let kinds = &folder.role.pages;
        let link = |(label, href, _): &(&str, &str, Option<PageKind>)| Link {
            label: self.words.text(label),
            href: (*href).to_owned(),
            current: current(href),
            primary: PRIMARY.contains(label),
        };
        // A repository's page is the same in every bundle.
        let of_one_role = !path.as_str().starts_with("repositories/");
        Chrome {
            lang: self.words.language().as_str(),
            site: self.title.clone(),
            title: title.to_owned(),
            role: of_one_role.then(|| folder.role.title.clone()),
            root: path.to_root(),
            css: self.engine.asset_path("tollgate.css").to_owned(),
            icon: self.engine.asset_path("tollgate.svg").to_owned(),
            feeds: feed::links(&self.words, &folder.role),
            logo: self.engine.logo().map(str::to_owned),
            script: self.engine.asset_path("report.js").to_owned(),
            nav: NAVIGATION
                .iter()
                .filter(|(_, _, kind)| kind.is_none_or(|kind| kinds.contains(&kind)))
                .map(link)
                .collect(),
            fresh: FreshView::of(&self.words, fresh),
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
struct Keys<'a> {
    folder: &'a Folder,
    /// Of everything all pages depend on.
    base: Vec<u8>,
    /// Of the page kinds, which make the navigation.
    kinds: Vec<u8>,
    /// Of the role's repositories.
    members: Digest,
    /// Of the role's repositories and everything said about the role.
    role: Digest,
    log: Vec<u8>,
    notes: Vec<u8>,
    articles: Vec<u8>,
}

impl<'a> Keys<'a> {
    fn of(site: &'a Site, folder: &'a Folder) -> Result<Keys<'a>, Error> {
        let base = json(&(GENERATOR, site.engine.digest(), &site.title))?;
        let kinds = json(&folder.role.pages)?;
        let members = site.members(&folder.members)?;
        let role = json(&(members, &folder.role.name, &folder.role.title, &folder.role.pages, &folder.fresh))?;
        let role = json(&(Digest::of(&role), &folder.known, &site.spam))?;
        let log = site.seen(folder).into_iter().map(|Seen { run, outcomes, whole }| {
            let whole = whole.then_some((run.requests, run.unchanged, &run.faults));
            let github = (run.window, run.frozen, &run.doubtful);
            (&run.source, run.started, run.finished, github, whole, outcomes)
        });
        let articles: Vec<(String, String)> =
            site.links(folder).into_iter().map(|link| (link.label, link.href)).collect();
        Ok(Keys {
            folder,
            base,
            kinds,
            members,
            role: Digest::of(&role),
            log: json(&log.collect::<Vec<_>>())?,
            notes: json(&folder.known.notes)?,
            articles: json(&articles)?,
        })
    }

    /// An owner's page depends on the owner's repositories, and on no other of the role's.
    fn organisation(&self, site: &Site, at: usize) -> Result<Vec<u8>, Error> {
        let (role, owner) = (&self.folder.role, &self.folder.owners[at]);
        json(&(site.members(&owner.members)?, &role.title, &role.pages, &owner.fresh))
    }

    fn key(&self, site: &Site, path: &PagePath, page: &Page) -> Result<Digest, Error> {
        let (tag, data) = match page {
            Page::Shared(Shared::Organisation(at)) => ("organisation", self.organisation(site, *at)?),
            Page::Shared(Shared::Sheet(..) | Shared::Workbook) => ("sheet", json(&self.members)?),
            Page::Shared(Shared::Feed(_)) => ("feed", json(&(self.role, &site.base_url, &self.notes))?),
            // How long a history is still safe depends on the day it is looked at.
            Page::Shared(Shared::Quality) => ("quality", json(&(self.role, &self.articles, site.today))?),
            Page::RepositoryFile(at, _) => ("file", json(&site.repos[*at].digest)?),
            Page::Badge(at) => ("badge", json(&site.repos[*at].digest)?),
            Page::Shared(_) => ("shared", json(&(self.role, &self.articles))?),
            Page::Log => ("log", json(&(self.role, &self.log))?),
            Page::Repository(at) => {
                let repo = &site.repos[*at];
                ("repository", json(&(&self.kinds, repo.digest, &repo.aliases, &repo.fresh, site.beside(repo)))?)
            }
            Page::Article(at) => {
                let article = &site.articles[*at];
                let shown = format!("{:?} {:?}", article.date, article.pieces);
                ("article", json(&(self.role, &article.title, shown))?)
            }
            Page::Lost => ("lost", json(&site.base_url)?),
            Page::RepositoryData(at) => ("data", json(&site.repos[*at].digest)?),
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
