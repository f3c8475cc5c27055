//! The user's own pages: Markdown with a TOML head that says which roles read them, and components that show figures.
//!
//! A page looks different in each role's bundle, for each shows that role's repositories alone. What a role may not see
//! stops the build, with the line it stands in: a page that leaves something out in silence would mislead.

mod component;
mod marks;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Error;
use super::links;
use super::locale::{Language, Words};
use super::nearest::nearest;
use super::stock::Fact;
use crate::domain::Date;
use crate::domain::policy::{PageKind, Policy, Role, RoleName};
use crate::domain::release::PagePath;
use crate::domain::repo::RepoName;
pub(super) use component::{Component, Of, Quantity, Reach, What};
use source::Source;

/// The pages that every page links to: their file, text and address. A file of the user's replaces one of the same name.
const BUILT_IN: [(&str, &str); 2] = [("glossary.md", "glossary.html"), ("account.md", PagePath::ACCOUNT)];

/// The text of a built-in page in the site's language.
fn built_in_text(name: &str, language: Language) -> &'static str {
    macro_rules! texts {
        ($folder:literal) => {
            [include_str!(concat!($folder, "glossary.md")), include_str!(concat!($folder, "account.md"))]
        };
    }
    let [glossary, account] = match language {
        Language::En => texts!("../../../content/"),
        Language::De => texts!("../../../content/de/"),
        Language::Fr => texts!("../../../content/fr/"),
        Language::Es => texts!("../../../content/es/"),
        Language::Ja => texts!("../../../content/ja/"),
    };
    if name == "account.md" { account } else { glossary }
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(file, _)| *file == name).map(|(_, address)| *address)
}

/// One page of prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Article {
    pub(super) path: PagePath,
    pub(super) title: String,
    /// Who reads it: `None` is everybody.
    roles: Option<BTreeSet<RoleName>>,
    order: i64,
    pub(super) date: Option<Date>,
    file: PathBuf,
    pub(super) pieces: Vec<Piece>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Safe: no tag in it was written by the user.
    Html(String),
    Live(Component),
}

impl Article {
    /// Whether the role's bundle holds it.
    pub(super) fn is_for(&self, role: &RoleName) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.contains(role))
    }

    /// Whether it shows figures.
    pub(super) fn is_live(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Live(_)))
    }

    /// Whether something in it has this id.
    pub(super) fn has_id(&self, id: &str) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Html(html) if links::has_id(html, id)))
    }

    /// Makes sure that it shows nothing but what the role sees: `members` are the places of its repositories.
    ///
    /// # Errors
    /// The first component that asks for more, with file and line.
    pub(super) fn check(&self, role: &Role, repos: &[Fact], members: &[u32]) -> Result<(), Error> {
        let components = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Live(component) => Some(component),
            Piece::Html(_) => None,
        });
        for component in components {
            let fault = |what| Error::Content { path: self.file.clone(), line: component.line, what };
            if matches!(component.what, What::Explore { .. }) && !role.pages.contains(&PageKind::Explore) {
                let hint = "add `explore` to the role's `pages`, or take the role out of the page's `roles`";
                return Err(fault(format!(
                    "the role `{}` reads this page and has no page `explore`; {hint}",
                    role.name
                )));
            }
            // Before the first collection there is nothing to compare with, and nothing to show either.
            if !repos.is_empty() {
                sees(role, repos, members, &component.of).map_err(fault)?;
            }
        }
        Ok(())
    }

    /// Whether every page links to it anyway.
    pub(super) fn is_built_in(&self) -> bool {
        BUILT_IN.iter().any(|(_, address)| *address == self.path.as_str())
    }
}

/// Reads every `.md` file of the folder and its subfolders, drafts aside, in the order pages are offered.
pub(super) fn read(folder: Option<&Path>, policy: &Policy, words: &Words) -> Result<Vec<Article>, Error> {
    let text = |file: &str| built_in_text(file, words.language()).to_owned();
    let mut files: Files =
        BUILT_IN.iter().map(|(file, _)| (file.to_string(), (PathBuf::from(file), text(file)))).collect();
    if let Some(folder) = folder {
        gather(folder, "", &mut files)?;
    }
    let sources: Vec<Source<'_>> =
        files.iter().map(|(name, (path, text))| Source::split(name, path, text)).collect::<Result<_, _>>()?;
    let pages = addresses(&sources)?;
    let written = sources.iter().filter(|source| !source.is_draft());
    let article = |source: &Source<'_>| source.article(&pages, policy, words);
    let mut articles: Vec<Article> = written.map(article).collect::<Result<_, _>>()?;
    articles.sort_by(|a, b| (a.order, &a.title, &a.path).cmp(&(b.order, &b.title, &b.path)));
    Ok(articles)
}

fn sees(role: &Role, repos: &[Fact], members: &[u32], of: &Of) -> Result<(), String> {
    let ours = || members.iter().map(|at| &repos[*at as usize]);
    let mend = "take it out, take the role out of the page's `roles`, or let the role see it";
    match of {
        Of::All => Ok(()),
        Of::Owner(owner) => match ours().any(|repo| of.picks(repo)) {
            true => Ok(()),
            false => {
                Err(format!("the role `{}` reads this page and sees no repository of `{owner}`; {mend}", role.name))
            }
        },
        Of::Named(names) => names.iter().try_for_each(|name| {
            if ours().any(|repo| component::named(repo, name)) {
                Ok(())
            } else if repos.iter().any(|repo| component::named(repo, name)) {
                Err(format!("the role `{}` reads this page and may not see `{name}`; {mend}", role.name))
            } else {
                Err(unknown(name, ours()))
            }
        }),
    }
}

/// What is meant is sought among the role's own: a message about its page names no other.
fn unknown<'a>(name: &RepoName, ours: impl Iterator<Item = &'a Fact>) -> String {
    let names: Vec<String> = ours.map(|repo| repo.name.to_string()).collect();
    let near = nearest(&name.to_string(), names.iter().map(String::as_str));
    let hint =
        near.map_or_else(|| "mend its name, or collect it first".to_owned(), |near| format!("did you mean `{near}`?"));
    format!("nothing was ever collected of `{name}`; {hint}")
}

type Files = BTreeMap<String, (PathBuf, String)>;

fn gather(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), Error> {
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |cause| Error::Read { path, cause }
    };
    for entry in std::fs::read_dir(folder).map_err(fault(folder))? {
        let path = entry.map_err(fault(folder))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Err(Error::NotText(path)) };
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            gather(&path, &format!("{prefix}{name}/"), files)?;
        } else if name.ends_with(".md") {
            let text = std::fs::read_to_string(&path).map_err(fault(&path))?;
            files.insert(format!("{prefix}{name}"), (path, text));
        }
    }
    Ok(())
}

fn addresses<'a>(sources: &[Source<'a>]) -> Result<BTreeMap<&'a str, PagePath>, Error> {
    let mut taken = BTreeSet::new();
    let address = |source: &Source<'a>| {
        let stem = source.name.trim_end_matches(".md");
        let text = built_in(source.name).map_or_else(|| format!("pages/{stem}.html"), str::to_owned);
        let hint = "use letters, digits, `-`, `_` and `.` in its name";
        let path: PagePath =
            text.parse().map_err(|_| source.fault(0, format!("the file cannot become an address: {hint}")))?;
        if taken.insert(text.to_ascii_lowercase()) {
            Ok((source.name, path))
        } else {
            Err(source.fault(0, "another page's name differs only in case; rename one of them".to_owned()))
        }
    };
    sources.iter().map(address).collect()
}

#[cfg(test)]
mod tests;
