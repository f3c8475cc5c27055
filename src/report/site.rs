//! Which pages each role has, what each depends on, and how it is rendered.

mod elsewhere;
mod folder;
mod follow;

use rayon::prelude::*;

pub(super) use self::folder::Folder;
use super::content::{self, Article};
use super::engine::Engine;
use super::group::Group;
use super::keys::json;
use super::links::Everywhere;
use super::locale::Words;
use super::owners::Owner;
use super::page::{Making, Own, Page};
use super::stock::{Fresh, Repo, Stock};
use super::view::article::LostView;
use super::view::log::Seen;
use super::view::repository::Beside;
use super::view::{Chrome, FreshView, Link, Scope, data, explore, log, repository};
use super::{Error, Note, Settings, badge, feed};
use crate::domain::Date;
use crate::domain::collection::Run;
use crate::domain::policy::{PageKind, Policy, Role, RoleName};
use crate::domain::release::{MadeOf, PagePath, Planned};
use crate::domain::repo::{Outline, RepositoryHistory, Selection, Selector, SourceName};

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
    pub(super) base_url: String,
    notes: Vec<Note>,
    /// For each note the places of all repositories that it concerns, ascending.
    concerned: Vec<Vec<u32>>,
    pub(super) spam: Vec<String>,
    pub(super) today: Date,
    pub(super) words: Words,
    engine: Engine,
    pub(super) articles: Vec<Article>,
    pub(super) stock: Stock,
    runs: Vec<Run>,
    /// For every outcome of every run the repository that it is about.
    subjects: Vec<Vec<Option<usize>>>,
    pub(super) folders: Vec<Folder>,
    everywhere: Everywhere,
    /// The histories, where they are at hand all the time.
    repos: Vec<Repo>,
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
    /// What all of them are made of besides the history.
    pub made_of: MadeOf,
}

impl Site {
    /// Plans every bundle of the policy, with the histories of all repositories at hand: for a few, of which single pages
    /// are to be looked at. `runs` are newest first; `today` tells only how old the data is.
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
        let outlines = histories.iter().zip(0..).map(|(history, key)| Outline::of(key, 0, history)).collect();
        let mut site = Site::outlined(settings, policy, outlines, runs, today)?;
        let histories: Vec<_> = histories.into_iter().enumerate().collect();
        let ready = histories.into_par_iter().map(|(at, history)| site.stock.ready(at, history, &site.words));
        site.repos = ready.collect::<Result<_, Error>>()?;
        site.stock.facts.iter_mut().zip(&site.repos).for_each(|(fact, repo)| fact.digest = Some(repo.digest));
        site.bundles = (0..site.folders.len()).map(|role| site.bundle(role)).collect::<Result<_, Error>>()?;
        Ok(site)
    }

    /// Prepares every bundle of the policy without any history; see [`Site::make`]. `outlines` are in order of name.
    ///
    /// # Errors
    /// As there.
    pub fn outlined(
        settings: &Settings,
        policy: &Policy,
        outlines: Vec<Outline>,
        runs: Vec<Run>,
        today: Date,
    ) -> Result<Site, Error> {
        let words = Words::load(settings.language, settings.templates.as_deref())?;
        let picked = |selection: &Selection| {
            let picks = |(_, outline): &(u32, &Outline)| selection.picks(&outline.repository);
            (0..).zip(&outlines).filter(picks).map(|(at, _)| at).collect::<Vec<u32>>()
        };
        let members: Vec<Vec<u32>> = policy.roles().iter().map(|role| picked(&role.repositories)).collect();
        let concerned = settings.notes.iter().map(|note| picked(&note.repositories)).collect();
        let stock = Stock::new(outlines, &runs, &settings.public_badges, today)?;
        let mut site = Site {
            title: settings.title.clone(),
            base_url: settings.base_url.clone(),
            notes: settings.notes.clone(),
            concerned,
            spam: settings.spam.clone(),
            today,
            engine: Engine::load(settings.templates.as_deref(), &words, &settings.theme)?,
            articles: content::read(settings.content.as_deref(), policy, &words)?,
            subjects: stock.subjects(&runs),
            folders: Vec::new(),
            everywhere: Everywhere::default(),
            words,
            stock,
            runs,
            repos: Vec::new(),
            bundles: Vec::new(),
        };
        for (role, members) in policy.roles().iter().zip(members) {
            let folder = site.folder(role, members)?;
            site.everywhere.add(&role.pages, folder.general.keys());
            site.folders.push(folder);
        }
        Ok(site)
    }

    /// One bundle for each role, in the policy's order; none of a site that was only [outlined](Site::outlined).
    pub fn bundles(&self) -> &[Bundle] {
        &self.bundles
    }

    /// How many roles there are.
    pub fn roles(&self) -> usize {
        self.folders.len()
    }

    /// The newest settled day of any bundle: how far the reports reach.
    pub fn through(&self) -> Option<Date> {
        self.folders.iter().filter_map(|folder| folder.settled).max()
    }

    /// The bytes of a planned page. Pages of equal keys have equal bytes, whatever their role.
    ///
    /// # Errors
    /// When a template has a fault that only rendering shows, a link of the page leads nowhere, or the page is not one
    /// of the role's.
    pub fn render(&self, role: &RoleName, page: &Planned) -> Result<Vec<u8>, Error> {
        let no_such = || Error::NoSuchPage { role: role.to_string(), path: page.path.to_string() };
        let folder = self.folders.iter().find(|folder| folder.role.name == *role).ok_or_else(no_such)?;
        let kind = self.page(folder, &page.path).ok_or_else(no_such)?;
        if let Page::Repository(at, own) = kind {
            return self.own(&folder.role, own, at, &self.repos[at]);
        }
        let owner = folder.owner(&kind);
        let scope = self.scope(folder, owner);
        let Some(mut making) = self.making(&kind, &scope) else { return self.lone(folder, &page.path, &kind) };
        let mut group = Group::new(scope.extent, scope.settled);
        for at in owner.map_or(&folder.members, |owner| &owner.members) {
            group.add(&self.repos[*at as usize].daily);
            making.add(&scope, &self.repos[*at as usize]);
        }
        self.finish(folder, &page.path, &kind, making, &group)
    }

    /// The making of a page that is told of repositories; `None` of any other.
    pub(super) fn making(&self, page: &Page, scope: &Scope<'_>) -> Option<Making> {
        match page {
            Page::Shared(shared) => Some(Making::new(*shared, scope)),
            Page::Article(at) if self.articles[*at].is_live() => Some(Making::of_article(&self.articles[*at], scope)),
            _ => None,
        }
    }

    /// The bytes of a page that was told of all its repositories.
    pub(super) fn finish(
        &self,
        folder: &Folder,
        path: &PagePath,
        page: &Page,
        making: Making,
        group: &Group,
    ) -> Result<Vec<u8>, Error> {
        let owner = folder.owner(page);
        let (title, links) = match (page, owner) {
            (Page::Article(at), _) => (self.articles[*at].title.clone(), Vec::new()),
            (_, Some(owner)) => (owner.name.clone(), self.links(folder)),
            (Page::Shared(shared), _) => {
                let title = shared.title().map_or_else(|| folder.role.title.clone(), |key| self.words.text(key));
                (title, self.links(folder))
            }
            _ => (folder.role.title.clone(), self.links(folder)),
        };
        let dates = owner.map_or(&folder.dates, |owner| &owner.dates);
        let chrome = self.chrome(&folder.role, path, &title, &Fresh::new(&self.words, dates));
        let bytes = making.finish(&self.engine, &self.scope(folder, owner), group, chrome, links)?;
        self.follow(folder, path, page, &bytes)?;
        Ok(bytes)
    }

    /// A file of one repository, as every role with these kinds of pages has it.
    pub(super) fn own(&self, role: &Role, own: Own, at: usize, repo: &Repo) -> Result<Vec<u8>, Error> {
        match own {
            Own::Page => {
                let page = self.chrome(role, &repo.path, &repo.name().to_string(), &repo.fresh);
                let mut beside = self.beside(at);
                if role.pages.contains(&PageKind::Csv) {
                    beside.files = data::own_links(repo);
                }
                let view = repository::repository(&self.words, repo, page, beside);
                let bytes = self.engine.render("repository.html", &view)?;
                self.follow_own(role, at, &bytes)?;
                Ok(bytes)
            }
            Own::File(format) => data::own_days(repo, format),
            Own::Badge => self.engine.render("badge.svg", &badge::badge(&self.words, repo)),
            Own::Data => Ok(explore::data(repo)),
        }
    }

    /// A page that needs no history.
    pub(super) fn lone(&self, folder: &Folder, path: &PagePath, page: &Page) -> Result<Vec<u8>, Error> {
        let scope = self.scope(folder, None);
        let bytes = match page {
            Page::Log => {
                let fresh = Fresh::new(&self.words, &folder.dates);
                let chrome = self.chrome(&folder.role, path, &self.words.text("collection-log"), &fresh);
                self.engine.render("log.html", &log::log(&scope, chrome, &self.seen(folder)))?
            }
            Page::Article(at) => {
                let making = Making::of_article(&self.articles[*at], &scope);
                return self.finish(folder, path, page, making, &Group::new(None, None));
            }
            Page::Lost => {
                let (lang, css) = (self.words.language().as_str(), self.engine.asset_path("tollgate.css"));
                self.engine.render("404.html", &LostView { lang, css, site: &self.title, address: &self.base_url })?
            }
            Page::Asset(name) => self.engine.assets().get(name).map(|asset| asset.bytes.clone()).unwrap_or_default(),
            // Those are made of histories.
            Page::Shared(_) | Page::Repository(..) => Vec::new(),
        };
        self.follow(folder, path, page, &bytes)?;
        Ok(bytes)
    }

    /// The role, or one owner of it.
    pub(super) fn scope<'a>(&'a self, folder: &'a Folder, owner: Option<&Owner>) -> Scope<'a> {
        let (members, extent, settled) = match owner {
            Some(owner) => (owner.members.len(), owner.extent, owner.settled),
            None => (folder.members.len(), folder.extent, folder.settled),
        };
        Scope {
            role: &folder.role,
            words: &self.words,
            members,
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

    /// What keys of all pages begin with.
    pub(super) fn base(&self) -> Result<Vec<u8>, Error> {
        json(&(GENERATOR, self.engine.digest(), &self.title))
    }

    /// The role's own pages of prose.
    pub(super) fn links(&self, folder: &Folder) -> Vec<Link> {
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
    pub(super) fn beside(&self, at: usize) -> Beside<'_> {
        let concerns = |places: &Vec<u32>| places.binary_search(&(at as u32)).is_ok();
        let ours = self.notes.iter().zip(&self.concerned).filter(|(_, places)| concerns(places));
        Beside { notes: ours.map(|(note, _)| note).collect(), spam: &self.spam, files: Vec::new() }
    }

    /// Runs as the role sees them; runs without anything about it are nobody's business here.
    pub(super) fn seen(&self, folder: &Folder) -> Vec<Seen<'_>> {
        let is_member = |at: usize| folder.members.binary_search(&(at as u32)).is_ok();
        let seen = self.runs.iter().zip(&self.subjects).map(|(run, subjects)| {
            let whole = covers(&folder.role.repositories, &run.source);
            // A repository that was never met has no history, yet whoever sees the whole source sees its failure.
            let ours = |subject: &Option<usize>| whole || subject.is_some_and(is_member);
            let outcomes = run.outcomes.iter().zip(subjects).filter(|(_, subject)| ours(subject));
            Seen { run, outcomes: outcomes.map(|(outcome, _)| outcome).collect(), whole }
        });
        seen.filter(|seen| seen.whole || !seen.outcomes.is_empty()).collect()
    }

    /// What is around a page.
    pub(super) fn chrome(&self, role: &Role, path: &PagePath, title: &str, fresh: &Fresh) -> Chrome {
        let current = |href: &str| {
            let below = |list: &str, folder: &str| href == list && path.as_str().starts_with(folder);
            path.as_str() == href
                || below("repositories.html", "repositories/")
                || below("organisations.html", "organisations/")
        };
        let kinds = &role.pages;
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
            role: of_one_role.then(|| role.title.clone()),
            root: path.to_root(),
            css: self.engine.asset_path("tollgate.css").to_owned(),
            icon: self.engine.asset_path("tollgate.svg").to_owned(),
            feeds: feed::links(&self.words, role),
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
