//! Releases whose pages somebody makes in one go.

use std::collections::BTreeMap;

use super::*;

/// Publishes the draft as one whose pages come in the order in which `make` feels like making them.
async fn explained(place: &Place, draft: Draft) -> (Published, BTreeMap<String, Reason>) {
    let Draft { created, through, generator, policy, bundles, public } = draft;
    let head = Head { created, generator, policy, explain: true };
    let make = move |shelf: &Shelf| {
        for page in bundles.iter().flat_map(|bundle| &bundle.pages).rev() {
            shelf.put(page.key, &body(page.key)).map_err(|fault| fault.to_string())?;
        }
        Ok(Made { through, public, bundles: Box::new(bundles.into_iter().map(Ok)) })
    };
    let (published, why) = place.releases.publish_made(&place.keys, head, make).await.unwrap();
    (published, why.into_iter().map(|one| (one.path.to_string(), one.why)).collect())
}

fn made_of(base: &str, kinds: &str, role: &str) -> Option<MadeOf> {
    let [base, kinds, role] = [base, kinds, role].map(|text| Digest::of(text.as_bytes()));
    Some(MadeOf { base, kinds, role })
}

#[tokio::test]
async fn every_page_can_be_explained() {
    let place = place();
    let drafted = |content: &str, made_of| {
        let mut draft = draft(&["alpha"], content);
        draft.bundles[0].made_of = made_of;
        draft.bundles[0].pages[3].path = "repositories/acme/tool.html".parse().unwrap();
        draft
    };
    let (shared, own) = ("p/1.html", "repositories/acme/tool.html");
    let why = async |draft: Draft| {
        let (_, why) = explained(&place, draft).await;
        assert_eq!(why.len(), 300);
        (why[shared], why[own])
    };
    assert_eq!(why(drafted("1", made_of("a", "a", "a"))).await, (Reason::New, Reason::New));
    assert_eq!(why(drafted("1", made_of("a", "a", "a"))).await, (Reason::TakenOver, Reason::TakenOver));
    assert_eq!(why(drafted("2", made_of("a", "a", "a"))).await, (Reason::Data, Reason::Data));
    assert_eq!(why(drafted("3", made_of("a", "a", "b"))).await, (Reason::Role, Reason::Data));
    assert_eq!(why(drafted("4", made_of("a", "b", "b"))).await, (Reason::Role, Reason::Role));
    assert_eq!(why(drafted("5", made_of("b", "c", "c"))).await, (Reason::Template, Reason::Template));
    let path = place.path("releases/00000006/alpha.zip");
    let opened = place.open().await.unwrap();
    let at = opened.index(&role("alpha")).unwrap().entries[&own.parse().unwrap()].extent.offset as usize;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[at + 20] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(why(drafted("5", made_of("b", "c", "c"))).await, (Reason::TakenOver, Reason::Damaged));
    assert_eq!(place.releases.verify(&place.keys, 7).await.unwrap().entries, 300);
}

#[tokio::test]
async fn a_bundle_that_stays_as_it_was_is_taken_over_as_a_whole() {
    let place = place();
    place.publish(draft(&["alpha", "beta"], "one")).await;
    let mut second = draft(&["alpha", "beta"], "one");
    let again = Planned { path: "p/again.html".parse().unwrap(), ..second.bundles[1].pages[0].clone() };
    second.bundles[1].pages.push(again);
    let again = place.publish(second).await;
    assert_eq!((again.rendered, again.reused), (0, 601));
    #[cfg(unix)]
    for (name, same) in [("alpha", true), ("beta", false)] {
        use std::os::unix::fs::MetadataExt;
        let file = |n: u64| std::fs::metadata(place.path(&format!("releases/0000000{n}/{name}.zip"))).unwrap().ino();
        assert_eq!(file(1) == file(2), same, "{name}");
    }
}

#[tokio::test]
async fn a_page_that_nobody_made_fails_the_release() {
    let place = place();
    let Draft { created, through, generator, policy, bundles, public } = draft(&["alpha"], "one");
    let head = Head { created, generator, policy, explain: false };
    let make = move |_: &Shelf| Ok(Made { through, public, bundles: Box::new(bundles.into_iter().map(Ok)) });
    let fault = place.releases.publish_made(&place.keys, head, make).await.unwrap_err().to_string();
    assert_eq!(fault, "`p/0.html` of role `alpha` was planned, and nobody made it");
    assert_eq!(place.releases.current().await.unwrap(), None);
}

#[tokio::test]
async fn pages_with_links_are_made_again_when_something_is_gone_that_they_may_lead_to() {
    let place = place();
    let first = draft(&["alpha", "beta"], "one");
    place.publish(first.clone()).await;
    let mut second = first.clone();
    second.bundles[1].pages.pop();
    second.bundles[1].pages[7].media_type = "text/csv".into();
    let again = place.publish(second.clone()).await;
    // The other bundle is what it was, to the last byte.
    assert_eq!((again.rendered, again.reused), (299, 300));
    second.bundles[1].pages.pop();
    let again = place.publish(second).await;
    assert_eq!((again.rendered, again.reused), (297, 301), "a table has no links");
    assert_eq!(place.releases.verify(&place.keys, 3).await.unwrap().entries, 598);
}
