//! Which repositories a source's selectors mean, asked from GitHub.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use tokio::sync::OnceCell;

use super::account::Account;
use super::client::Client;
use super::fault::Fault;
use super::wire::{self, Entry, Listed};
use super::{Error, Settings};
use crate::domain::collection::{Collected, Outcome};
use crate::domain::repo::{About, RepoId, RepoName, Repository, Selector};

/// A thousand pages hold a hundred thousand repositories; more is a listing that never ends.
const MOST_PAGES: usize = 1_000;

/// What the selectors came to.
#[derive(Default)]
pub(super) struct Listing {
    /// To be collected, by id: each repository once, whatever number of selectors name it, with the number of the account
    /// that listed it.
    pub(super) picked: BTreeMap<RepoId, (usize, Listed)>,
    /// Listed, but not to be collected.
    pub(super) left: BTreeMap<RepoId, Listed>,
    /// Left out by `!`, or not even listed.
    pub(super) outcomes: Vec<Outcome>,
    /// Selectors that mean no repository at all.
    pub(super) idle: Vec<Selector>,
    /// Owners that could not be listed.
    pub(super) unlisted: Vec<(String, Fault)>,
    /// Everything that went wrong.
    pub(super) faults: Vec<Fault>,
    /// Whether GitHub answered anything at all.
    pub(super) heard: bool,
}

/// Something to ask GitHub for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    /// One repository. Before the owners, because the answer knows a counter more.
    Single(RepoName),
    /// Everything of an organisation or a user.
    Owner(String),
}

/// Asks for everything the selectors name, each owner through the account that serves it.
pub(super) async fn list(accounts: &[Account], settings: &Settings) -> Result<Listing, Error> {
    let (mut listing, mut questions) = (Listing::default(), Vec::new());
    for target in targets(settings)? {
        // An owner whom no account serves is told of where accounts are opened.
        let serving = accounts.iter().position(|account| account.serves(target.owner()));
        questions.extend(serving.map(|at| (at, target)));
    }
    let me = OnceCell::new();
    let asked = futures::stream::iter(questions)
        .map(|(at, target)| {
            let me = &me;
            async move {
                let answer = ask(&accounts[at], &target, me).await;
                (at, target, answer)
            }
        })
        .buffered(settings.concurrency.max(1));
    let answers: Vec<_> = asked.collect().await;
    for (at, target, answer) in answers {
        listing.add(settings, (at, &target), answer);
    }
    // One that was named on its own under a former name is picked, though its owner's selectors do not mean it.
    listing.left.retain(|id, _| !listing.picked.contains_key(id));
    Ok(listing)
}

impl Target {
    fn owner(&self) -> &str {
        match self {
            Target::Single(name) => name.owner(),
            Target::Owner(owner) => owner,
        }
    }
}

/// Every selector that adds must name its owner: GitHub has no list of owners to match a pattern against.
fn targets(settings: &Settings) -> Result<BTreeSet<Target>, Error> {
    let mut targets = BTreeSet::new();
    for selector in settings.select.positive() {
        let Selector::Name { owner, name } = selector else { continue };
        if owner.contains('*') {
            return Err(settings.fault(
                &format!("selector `{selector}` has a `*` in the owner, and GitHub cannot list owners"),
                "name each owner, such as `acme/*`",
            ));
        }
        match selector.to_string().parse::<RepoName>() {
            Ok(single) if !name.contains('*') => targets.insert(Target::Single(single)),
            _ => targets.insert(Target::Owner(owner.to_ascii_lowercase())),
        };
    }
    if targets.is_empty() {
        return Err(
            settings.fault("no selector names an owner, so there is nothing to list", "add one, such as `acme/*`")
        );
    }
    Ok(targets)
}

async fn ask(account: &Account, target: &Target, me: &OnceCell<Option<String>>) -> Result<Vec<Entry>, Fault> {
    let client = &account.client;
    match target {
        Target::Single(name) => {
            let reply = client.get(client.url(&format!("/repos/{name}"))?).await?;
            Ok(vec![Ok(wire::repository(&reply.body)?)])
        }
        // An installation may see some of its owner's repositories only; the listing of the owner would show them all.
        Target::Owner(_) if account.installation => {
            pages(client, "/installation/repositories?per_page=100", wire::installation).await
        }
        // Names and patterns consist of letters, digits, `-`, `_` and `.`: nothing in them needs escaping.
        Target::Owner(owner) => match pages(client, &format!("/orgs/{owner}/repos?per_page=100"), wire::page).await {
            Err(Fault::Hidden) => user(client, owner, me).await,
            listed => listed,
        },
    }
}

/// The public listing of a user leaves out private repositories, even for that user's own token.
async fn user(client: &Client, owner: &str, me: &OnceCell<Option<String>>) -> Result<Vec<Entry>, Fault> {
    let mine = me.get_or_init(|| whoami(client)).await;
    if mine.as_ref().is_some_and(|login| login.eq_ignore_ascii_case(owner)) {
        return pages(client, "/user/repos?affiliation=owner&per_page=100", wire::page).await;
    }
    pages(client, &format!("/users/{owner}/repos?per_page=100"), wire::page).await
}

/// The token's user; the token of an App installation has none.
async fn whoami(client: &Client) -> Option<String> {
    let reply = client.get(client.url("/user").ok()?).await.ok()?;
    wire::login(&reply.body).ok()
}

async fn pages(
    client: &Client,
    path: &str,
    believe: fn(&[u8]) -> Result<Vec<Entry>, Fault>,
) -> Result<Vec<Entry>, Fault> {
    let mut all = Vec::new();
    let mut next = Some(client.url(path)?);
    let mut seen = 0;
    while let Some(url) = next {
        seen += 1;
        if seen > MOST_PAGES {
            return Err(Fault::Unreadable(format!("`{path}` has more than {MOST_PAGES} pages")));
        }
        let reply = client.get(url).await?;
        all.extend(believe(&reply.body)?);
        next = client.next(&reply)?;
    }
    Ok(all)
}

/// The selectors with a pattern for this owner that match nothing of what was listed of it.
fn idle(settings: &Settings, target: &Target, page: &[Entry]) -> Vec<Selector> {
    let Target::Owner(asked) = target else { return Vec::new() };
    let ours = |selector: &&Selector| {
        matches!(selector, Selector::Name { owner, .. } if owner.eq_ignore_ascii_case(asked))
            && selector.to_string().contains('*')
    };
    // One that cannot be read may be meant; it has failed already.
    let unread = page.iter().any(Result::is_err);
    let meets = |selector: &Selector| page.iter().flatten().any(|listed| selector.picks(&listed.repository(settings)));
    let patterns = settings.select.positive().iter().filter(ours);
    patterns.filter(|selector| !unread && !meets(selector)).cloned().collect()
}

impl Listing {
    fn add(&mut self, settings: &Settings, (at, target): (usize, &Target), answer: Result<Vec<Entry>, Fault>) {
        self.heard |= answer.as_ref().map_or_else(|fault| !fault.is_silence(), |_| true);
        self.faults.extend(answer.as_ref().err().cloned());
        match (target, answer) {
            (_, Ok(page)) => {
                self.idle.extend(idle(settings, target, &page));
                page.into_iter().for_each(|entry| self.sort_in(settings, (at, target), entry));
            }
            (Target::Owner(owner), Err(fault)) => self.unlisted.push((owner.clone(), fault)),
            (Target::Single(name), Err(fault)) => self.fail(name.clone(), &fault),
        }
    }

    fn sort_in(&mut self, settings: &Settings, (at, target): (usize, &Target), entry: Entry) {
        match entry {
            Err((name, fault)) => self.fail(name, &fault),
            Ok(listed) => {
                let repository = listed.repository(settings);
                // A repository named on its own is followed through a rename; the old name is a promise to keep.
                let meant = matches!(target, Target::Single(_)) || settings.select.adds(&repository);
                if meant && settings.select.leaves_out(&repository) {
                    self.skip(listed);
                } else if meant {
                    self.pick((at, target), listed);
                } else {
                    self.left.insert(listed.id, listed);
                }
            }
        }
    }

    fn pick(&mut self, (at, target): (usize, &Target), listed: Listed) {
        if let Target::Single(name) = target
            && !name.same_as(&listed.name)
        {
            tracing::warn!(was = %name, now = %listed.name, "renamed or moved; its history goes on under the new name");
        }
        self.picked.entry(listed.id).or_insert((at, listed));
    }

    fn skip(&mut self, listed: Listed) {
        let result = Collected::Skipped { why: "a `!` selector leaves it out".into() };
        let outcome = Outcome { repository: listed.name.clone(), id: Some(listed.id), result };
        self.left.insert(listed.id, listed);
        if !self.outcomes.contains(&outcome) {
            self.outcomes.push(outcome);
        }
    }

    fn fail(&mut self, repository: RepoName, fault: &Fault) {
        let mending = fault.mending(&repository.to_string());
        tracing::warn!(%repository, cause = fault.cause(), "not listed");
        let result = Collected::Failed { cause: fault.cause(), mending };
        self.outcomes.push(Outcome { repository, id: None, result });
    }
}

impl Listed {
    /// As the selectors see it.
    fn repository(&self, settings: &Settings) -> Repository {
        Repository {
            host: settings.host.clone(),
            id: Some(self.id),
            name: self.name.clone(),
            aliases: Vec::new(),
            sources: BTreeSet::from([settings.source.clone()]),
            traits: self.traits,
            description: None,
            about: About::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::tests::settings;

    #[test]
    fn selectors_become_as_few_questions_as_possible() {
        let settings = settings("http://127.0.0.1:1", &["acme/*", "Acme/web-*", "globex/hank", "!acme/x", "private"]);
        let expected = [Target::Single("globex/hank".parse().unwrap()), Target::Owner("acme".into())];
        assert_eq!(targets(&settings).unwrap().into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn selectors_that_cannot_be_listed_are_refused_with_the_way_out() {
        for (selectors, fault) in [(&["*/anvil"][..], "has a `*` in the owner"), (&["private"], "nothing to list")] {
            let error = targets(&settings("http://127.0.0.1:1", selectors)).unwrap_err().to_string();
            assert!(error.contains(fault) && error.contains("such as `acme/*`"), "{error}");
        }
    }
}
