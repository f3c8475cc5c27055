mod made;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::domain::Timestamp;
use crate::domain::policy::{ClaimPath, Claims, Grant, Policy, Role, RoleName, Rule, Test, Viewer};
use crate::domain::release::{Digest, Index, MadeOf, Planned};
use crate::keys::Keyring;

struct Place {
    dir: tempfile::TempDir,
    keys: Keyring,
    releases: Releases,
    rendered: Arc<AtomicUsize>,
}

fn now() -> Timestamp {
    "2026-11-24T02:00:00Z".parse().unwrap()
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    Keyring::init(&dir.path().join("keys")).unwrap();
    let keys = Keyring::load(&dir.path().join("keys")).unwrap();
    let releases = Releases::open(&Settings { location: dir.path().join("output"), keep: 3 }).unwrap();
    Place { dir, keys, releases, rendered: Arc::default() }
}

fn role(name: &str) -> RoleName {
    name.parse().unwrap()
}

fn policy(names: &[&str]) -> Policy {
    let test = |name: &str| Test::Contains(ClaimPath::dotted("groups").unwrap(), name.into());
    let make = |name: &&str| Role {
        name: role(name),
        title: name.to_string(),
        repositories: Default::default(),
        pages: BTreeSet::new(),
        open_to: vec![Rule(vec![test(name)])],
        share: false,
    };
    Policy::new(names.iter().map(make).collect())
}

fn viewer(policy: &Policy, group: &str) -> Viewer {
    let values = serde_json::json!({ "groups": [group] }).as_object().unwrap().clone();
    policy.admit(&Claims::new(values, now() + chrono::Duration::hours(1)), now()).unwrap()
}

/// Bundles of 300 pages whose content follows from `content`; page 0 is the same in all of them.
fn draft(names: &[&str], content: &str) -> Draft {
    let page = |name: &str, n: usize| {
        let key = if n == 0 { "shared".to_string() } else { format!("{name} {n} {content}") };
        let path = format!("p/{n}.html").parse().unwrap();
        Planned { path, media_type: "text/html".into(), key: Digest::of(key.as_bytes()) }
    };
    let bundle = |name: &&str| BundleDraft {
        role: role(name),
        repositories: vec![format!("acme/{name}")],
        pages: (0..300).map(|n| page(name, n)).collect(),
        made_of: None,
    };
    Draft {
        public: Default::default(),
        created: now(),
        through: None,
        generator: "tollgate".into(),
        policy: policy(names),
        bundles: names.iter().map(bundle).collect(),
    }
}

/// What every page is: its key, so that a wrong page is seen at once.
fn body(key: Digest) -> Vec<u8> {
    format!("<p>{key}</p>").repeat(20).into_bytes()
}

impl Place {
    async fn publish(&self, draft: Draft) -> Published {
        let rendered = self.rendered.clone();
        let render = move |_: &RoleName, page: &Planned| {
            rendered.fetch_add(1, Ordering::Relaxed);
            Ok(body(page.key))
        };
        self.releases.publish(&self.keys, draft, render).await.unwrap()
    }

    async fn open(&self) -> Result<Opened, Error> {
        let number = self.releases.current().await?.unwrap();
        self.releases.open_release(&self.keys, number).await
    }

    async fn numbers(&self) -> Vec<u64> {
        self.releases.list(&self.keys).await.unwrap().iter().map(|listed| listed.number).collect()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join("output").join(name)
    }
}

#[tokio::test]
async fn a_published_page_comes_back_as_it_was_for_those_who_may_see_it() {
    let place = place();
    let draft = draft(&["alpha", "beta"], "one");
    let published = place.publish(draft.clone()).await;
    assert_eq!((published.number, published.rendered, published.reused), (1, 599, 1), "the shared page is made once");
    let opened = place.open().await.unwrap();
    let (alpha, beta) = (viewer(&draft.policy, "alpha"), viewer(&draft.policy, "beta"));
    for page in &draft.bundles[0].pages {
        let stored = opened.entry(&alpha, &role("alpha"), page.path.as_str()).await.unwrap().unwrap();
        assert_eq!(stored.identity().unwrap(), body(page.key));
        assert!(opened.entry(&beta, &role("alpha"), page.path.as_str()).await.unwrap().is_none());
    }
    for odd in ["", "p/300.html", "../beta/p/1.html", "p//1.html", "index.json", "P/1.html", "p/1.html/"] {
        assert!(opened.entry(&alpha, &role("alpha"), odd).await.unwrap().is_none(), "{odd}");
    }
    assert!(opened.entry(&alpha, &role("gamma"), "p/1.html").await.unwrap().is_none());
}

#[tokio::test]
async fn a_link_opens_its_part_of_a_bundle_alone() {
    let place = place();
    let draft = draft(&["alpha", "beta"], "one");
    place.publish(draft.clone()).await;
    let opened = place.open().await.unwrap();
    let until = now() + chrono::Duration::hours(1);
    let grant = Grant { role: role("alpha"), prefix: Some("p/7.html".parse().unwrap()), until, by: None };
    let viewer = draft.policy.admit_grant(&grant, now()).unwrap();
    for (of, path, open) in [("alpha", "p/7.html", true), ("alpha", "p/70.html", false), ("beta", "p/7.html", false)] {
        assert_eq!(opened.entry(&viewer, &role(of), path).await.unwrap().is_some(), open, "{of}/{path}");
    }
}

#[tokio::test]
async fn an_index_names_the_repositories_of_its_own_role() {
    let place = place();
    let named = |names: &[&str]| {
        let mut draft = draft(&["alpha", "beta"], "one");
        draft.bundles[0].repositories = names.iter().map(ToString::to_string).collect();
        draft
    };
    place.publish(named(&["b/c", "a/d", "a/c"])).await;
    let opened = place.open().await.unwrap();
    let names = |opened: &Opened, of: &str| opened.index(&role(of)).unwrap().repositories.join(" ");
    assert_eq!((names(&opened, "alpha"), names(&opened, "beta")), ("a/c a/d b/c".into(), "acme/beta".into()));
    assert_eq!(opened.release().bundles[&role("alpha")].repositories, 3);
    // No page differs, and yet the index does.
    let again = place.publish(named(&["a/c"])).await;
    assert_eq!((again.rendered, names(&place.open().await.unwrap(), "alpha").as_str()), (0, "a/c"));
    place.releases.rollback(&place.keys, 1, now()).await.unwrap();
    assert_eq!(names(&place.open().await.unwrap(), "alpha"), "a/c a/d b/c");
    let older: Index = serde_json::from_str(r#"{"role":"alpha","entries":{}}"#).unwrap();
    assert!(older.repositories.is_empty(), "an index from before names were noted can be read");
}

#[tokio::test]
async fn only_what_changed_is_rendered_again() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    let again = place.publish(draft(&["alpha"], "one")).await;
    assert_eq!((again.number, again.rendered, again.reused), (2, 0, 300));
    let bundles = [1, 2].map(|n| std::fs::read(place.path(&format!("releases/0000000{n}/alpha.zip"))).unwrap());
    assert!(bundles[0] == bundles[1], "the same pages give the same bytes");
    let changed = place.publish(draft(&["alpha"], "two")).await;
    assert_eq!((changed.rendered, changed.reused), (299, 1));
}

#[tokio::test]
async fn damage_in_the_release_before_is_rendered_over() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    let path = place.path("releases/00000001/alpha.zip");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[5_000..9_000].fill(0);
    std::fs::write(&path, bytes).unwrap();
    let refused = place.releases.verify(&place.keys, 1).await.unwrap_err().to_string();
    assert!(refused.starts_with("release 1 is damaged at `alpha/p/"), "{refused}");
    let again = place.publish(draft(&["alpha"], "one")).await;
    assert!(again.rendered > 0 && again.reused > 0 && again.rendered + again.reused == 300);
    assert_eq!(place.releases.verify(&place.keys, 2).await.unwrap().entries, 300);
}

#[tokio::test]
async fn a_failing_page_leaves_the_release_before_in_place() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    let render = |_: &RoleName, page: &Planned| match page.path.as_str() {
        "p/250.html" => Err("template `x.html` line 3: no such field".to_owned()),
        _ => Ok(body(page.key)),
    };
    let fault = place.releases.publish(&place.keys, draft(&["alpha"], "two"), render).await.unwrap_err();
    assert_eq!(fault.to_string(), "template `x.html` line 3: no such field");
    assert_eq!(place.releases.current().await.unwrap(), Some(1));
    assert_eq!(place.releases.list(&place.keys).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_builder_that_died_is_stepped_over_and_cleared_away() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    assert_eq!(place.releases.claim().await.unwrap(), 2);
    std::fs::write(place.path("releases/00000002/alpha.zip"), "half a bundle").unwrap();
    assert!(place.releases.open_release(&place.keys, 2).await.is_err());
    // What a killed writer leaves has a name that the store's own listing hides.
    std::fs::write(place.path("releases/00000002/beta.zip#1"), "half a bundle").unwrap();
    assert_eq!(place.publish(draft(&["alpha"], "two")).await.number, 3);
    assert_eq!(place.numbers().await, [1, 2, 3], "it may still be at work");
    assert!(place.releases.list(&place.keys).await.unwrap()[1].statement.is_none());
    let tomorrow = chrono::Utc::now() + chrono::Duration::hours(25);
    place.publish(Draft { created: tomorrow, ..draft(&["alpha"], "three") }).await;
    assert_eq!(place.numbers().await, [1, 3, 4]);
    assert!(!place.path("releases/00000002").exists());
}

#[tokio::test]
async fn a_builder_that_was_overtaken_gives_way() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    let (ours, theirs) = (place.releases.claim().await.unwrap(), place.releases.claim().await.unwrap());
    std::fs::write(place.path("current"), theirs.to_string()).unwrap();
    let fault = place.releases.conclude(ours, now(), Ok(())).await.unwrap_err().to_string();
    assert!(fault.starts_with("release 2 was overtaken by release 3"), "{fault}");
    assert_eq!(place.releases.current().await.unwrap(), Some(3));
    assert!(!place.path("releases/00000002").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_enter_a_new_location() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    assert_eq!(std::fs::metadata(place.path("")).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn as_many_releases_stay_as_asked_for() {
    let place = place();
    for n in 0..6 {
        place.publish(draft(&["alpha"], &n.to_string())).await;
    }
    assert_eq!(place.numbers().await, [4, 5, 6]);
    assert!(!place.path("releases/00000003").exists());
}

#[tokio::test]
async fn a_rollback_is_a_new_release_with_the_old_bundles() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    place.publish(draft(&["alpha", "beta"], "two")).await;
    assert_eq!(place.releases.rollback(&place.keys, 1, now()).await.unwrap(), 3);
    let opened = place.open().await.unwrap();
    assert_eq!((opened.release().number, opened.release().rollback_to), (3, Some(1)));
    let path = "p/7.html".parse().unwrap();
    let key = draft(&["alpha"], "one").bundles[0].pages[7].key;
    assert_eq!(opened.index(&role("alpha")).unwrap().entries[&path].key, key);
    assert!(opened.index(&role("beta")).is_none(), "the earlier policy comes back with its bundles");
    let refused = place.releases.rollback(&place.keys, 9, now()).await.unwrap_err().to_string();
    assert!(refused.starts_with("release 9 has no statement"), "{refused}");
}

#[tokio::test]
async fn every_altered_byte_of_a_statement_is_refused() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    let path = place.path("releases/00000001/statement");
    let good = std::fs::read(&path).unwrap();
    for at in (0..good.len()).step_by(7) {
        let mut altered = good.clone();
        altered[at] ^= 1;
        std::fs::write(&path, &altered).unwrap();
        let fault = place.open().await.unwrap_err().to_string();
        assert!(fault.starts_with("release 1 "), "byte {at}: {fault}");
    }
}

#[tokio::test]
async fn a_release_in_the_place_of_another_is_refused() {
    let place = place();
    place.publish(draft(&["alpha"], "one")).await;
    place.publish(draft(&["alpha"], "two")).await;
    std::fs::copy(place.path("releases/00000001/statement"), place.path("releases/00000002/statement")).unwrap();
    let fault = place.open().await.unwrap_err().to_string();
    assert!(fault.starts_with("release 2 carries the statement of another release"), "{fault}");
    std::fs::copy(place.path("releases/00000001/alpha.zip"), place.path("releases/00000002/alpha.zip")).unwrap();
    assert!(place.open().await.is_err());
}

#[tokio::test]
async fn a_bundle_in_the_place_of_another_roles_is_refused() {
    let place = place();
    place.publish(draft(&["alpha", "beta"], "one")).await;
    std::fs::copy(place.path("releases/00000001/alpha.zip"), place.path("releases/00000001/beta.zip")).unwrap();
    assert!(place.open().await.is_err());
}

#[tokio::test]
async fn marks_are_listed_read_and_removed() {
    let place = place();
    place.releases.put_mark("revoked", "abc", b"until".to_vec()).await.unwrap();
    assert_eq!(place.releases.mark_names("revoked").await.unwrap(), ["abc"]);
    assert_eq!(place.releases.mark("revoked", "abc").await.unwrap().unwrap(), b"until");
    place.releases.remove_mark("revoked", "abc").await.unwrap();
    assert!(place.releases.mark_names("revoked").await.unwrap().is_empty());
    assert!(place.releases.mark("revoked", "abc").await.unwrap().is_none());
}

#[tokio::test]
async fn a_location_that_cannot_be_made_says_how_to_mend_it() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "").unwrap();
    let fault =
        Releases::open(&Settings { location: dir.path().join("file/output"), keep: 3 }).unwrap_err().to_string();
    assert!(fault.starts_with("cannot make the folder `") && fault.contains("\n\nhint: "), "{fault}");
}

#[tokio::test]
async fn a_whole_bundle_is_the_stored_file_and_ends_early_when_an_entry_is_not_what_was_signed() {
    let place = place();
    let draft = draft(&["alpha", "beta"], "one");
    place.publish(draft.clone()).await;
    let opened = std::sync::Arc::new(place.open().await.unwrap());
    let alpha = viewer(&draft.policy, "alpha");
    assert!(opened.whole(&alpha, &role("beta")).is_none() && opened.whole(&alpha, &role("gamma")).is_none());
    let mut whole = opened.whole(&alpha, &role("alpha")).unwrap();
    let mut read = Vec::new();
    while let Some(piece) = whole.recv().await {
        read.extend_from_slice(&piece.unwrap());
    }
    let file = place.path("releases/00000001/alpha.zip");
    let mut stored = std::fs::read(&file).unwrap();
    assert!(read == stored, "to the last byte");
    let path = "p/250.html".parse().unwrap();
    let at = opened.index(&role("alpha")).unwrap().entries[&path].extent.offset as usize;
    stored[at + 9] ^= 0xff;
    std::fs::write(&file, stored).unwrap();
    let mut whole = opened.whole(&alpha, &role("alpha")).unwrap();
    let mut last = None;
    while let Some(piece) = whole.recv().await {
        last = Some(piece);
    }
    assert!(last.unwrap().unwrap_err().to_string().contains("not what was signed"));
}
