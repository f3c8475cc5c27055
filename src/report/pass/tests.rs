use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use super::*;
use crate::domain::repo::Outline;
use crate::report::{Settings, fixture};

const COLLECTED: &str = "2026-11-24T02:00:00Z";

/// More than a chunk of them, in order of name.
fn histories() -> Vec<RepositoryHistory> {
    let owner = |n: u64| ["acme", "other"][usize::from(n >= 150)];
    (0..250).map(|n| fixture::history(n + 1, &format!("{}/r{n:03}", owner(n)), COLLECTED)).collect()
}

fn settings() -> Settings {
    Settings {
        title: "Traffic".to_owned(),
        templates: None,
        content: None,
        language: crate::report::Language::En,
        base_url: "https://traffic.example".to_owned(),
        notes: Vec::new(),
        spam: Vec::new(),
        theme: crate::report::Theme::default(),
        public_badges: Default::default(),
    }
}

fn policy() -> crate::domain::policy::Policy {
    let all = crate::domain::policy::PageKind::ALL;
    let some = [PageKind::Overview, PageKind::Repository];
    let role = fixture::role;
    crate::domain::policy::Policy::new(vec![
        role("all", &["*/*"], &all),
        role("acme", &["acme/*"], &all),
        role("other", &["other/*"], &some),
    ])
}

fn outlined(histories: &[RepositoryHistory], stamp: impl Fn(usize) -> i64) -> Site {
    let outlines = histories.iter().enumerate().map(|(at, one)| Outline::of(at as i64, stamp(at), one)).collect();
    Site::outlined(&settings(), &policy(), outlines, Vec::new(), fixture::date(fixture::TODAY)).unwrap()
}

/// What was made, and which histories were read for it.
type Made = (BTreeMap<Digest, Vec<u8>>, Vec<i64>);

fn make(site: &mut Site, histories: &[RepositoryHistory], held: &BTreeSet<Digest>) -> Made {
    let (made, mut read) = (Mutex::new(BTreeMap::new()), Vec::new());
    let put = |key: Digest, bytes: &[u8]| {
        made.lock().unwrap().insert(key, bytes.to_vec());
        Ok::<(), Error>(())
    };
    let holds = |key: &Digest| held.contains(key) || made.lock().unwrap().contains_key(key);
    let mut load = |keys: &[i64]| {
        read.extend_from_slice(keys);
        Ok(keys.iter().map(|key| histories[*key as usize].clone()).collect())
    };
    site.make(&mut load, &Sink { holds: &holds, put: &put }).unwrap();
    (made.into_inner().unwrap(), read)
}

/// Paths of all bundles by key.
fn planned(site: &Site) -> BTreeMap<Digest, String> {
    let bundles = (0..site.roles()).map(|role| site.bundle(role).unwrap());
    bundles
        .flat_map(|bundle| {
            let named =
                move |page: crate::domain::release::Planned| (page.key, format!("{}/{}", bundle.role, page.path));
            bundle.pages.into_iter().map(named)
        })
        .collect()
}

#[test]
fn a_pass_makes_what_is_planned_and_with_any_number_of_threads_the_same() {
    let histories = histories();
    let made = [1, 8].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut site = outlined(&histories, |_| 0);
            let (made, read) = make(&mut site, &histories, &BTreeSet::new());
            assert_eq!(read, (0..250).collect::<Vec<i64>>(), "each history is read once, whatever the roles");
            assert_eq!(made.keys().collect::<Vec<_>>(), planned(&site).keys().collect::<Vec<_>>());
            made
        })
    });
    assert!(made[0] == made[1]);
    let today = fixture::date(fixture::TODAY);
    let whole = Site::new(&settings(), &policy(), histories, Vec::new(), today).unwrap();
    for bundle in whole.bundles() {
        for page in bundle.pages.iter().step_by(7) {
            assert!(made[0][&page.key] == whole.render(&bundle.role, page).unwrap(), "{}", page.path);
        }
    }
}

#[test]
fn one_change_makes_its_page_and_those_that_speak_of_it_and_reads_no_more_than_they_need() {
    let mut histories = histories();
    let mut first = outlined(&histories, |_| 5);
    let (made, _) = make(&mut first, &histories, &BTreeSet::new());
    let held: BTreeSet<Digest> = made.into_keys().collect();
    let known: BTreeMap<i64, (i64, Digest)> =
        first.digests().map(|(key, stamp, digest)| (key, (stamp, digest))).collect();
    let remembered = |site: &mut Site| {
        site.remember(|key, stamp| known.get(&key).filter(|(of, _)| *of == stamp).map(|(_, digest)| *digest));
    };
    let mut same = outlined(&histories, |_| 5);
    remembered(&mut same);
    assert_eq!(make(&mut same, &histories, &held), (BTreeMap::new(), Vec::new()), "nothing is read or made");

    histories[200].repository.description = Some("changed".to_owned());
    let mut later = outlined(&histories, |at| if at == 200 { 6 } else { 5 });
    remembered(&mut later);
    let (made, read) = make(&mut later, &histories, &held);
    let paths = planned(&later);
    let made: BTreeSet<&str> = made.keys().map(|key| paths[key].as_str()).collect();
    let of_one: Vec<&&str> = made.iter().filter(|path| path.contains("/repositories/")).collect();
    // A page for each of two navigations, and the three tables that all roles share.
    assert!(of_one.iter().all(|path| path.contains("/other/r200.")) && of_one.len() == 5, "{of_one:?}");
    assert!(made.contains("all/index.html") && made.contains("other/index.html"), "{made:?}");
    assert!(!made.iter().any(|path| path.starts_with("acme/")), "{made:?}");
    assert_eq!(read.len(), 250);
    // A page that went missing is made alone.
    let page = planned(&first).into_iter().find(|(_, path)| path.ends_with("acme/r007.html")).unwrap().0;
    let mut held = held;
    held.remove(&page);
    let mut again = outlined(&self::histories(), |_| 5);
    remembered(&mut again);
    let (made, read) = make(&mut again, &self::histories(), &held);
    assert_eq!((made.into_keys().collect::<Vec<_>>(), read), (vec![page], vec![7]));
}
