//! Several accounts at work for one source, as an App has them.

use std::collections::BTreeSet;

use http::StatusCode;

use super::*;
use crate::demo::github::Fault;
use crate::github::account::{self, Account};
use crate::github::list;

const INSTALLED: &str = "/installation/repositories";

async fn installations(settings: &Settings, owners: &[&str]) -> Vec<Account> {
    let mut accounts = Vec::new();
    for owner in owners {
        let mut account = account::open(settings).await.unwrap().swap_remove(0);
        (account.owner, account.installation) = (Some(owner.to_string()), true);
        accounts.push(account);
    }
    accounts
}

fn listing(entries: &[(u64, &str)]) -> Fault {
    let entry =
        |(id, name): &(u64, &str)| format!(r#"{{"id":{id},"full_name":"{name}","private":false,"fork":false}}"#);
    let entries: Vec<String> = entries.iter().map(entry).collect();
    let body = format!(r#"{{"total_count":{},"repositories":[{}]}}"#, entries.len(), entries.join(","));
    Fault::Status(StatusCode::OK, Vec::new(), body)
}

#[tokio::test]
async fn each_owner_is_listed_by_the_installation_that_serves_it_and_only_what_that_may_see() {
    let stage = Stage::new().await;
    // One at a time, so that the answers go to whom they are meant for.
    let select = &["acme/an*", "GLOBEX/*", "initech/*", "globex/lantern", "!globex/x"];
    let settings = Settings { concurrency: 1, ..stage.settings(select) };
    stage.sample.break_path(INSTALLED, listing(&[(1, "acme/anvil"), (2, "acme/docs")]), 1);
    stage.sample.break_path(INSTALLED, listing(&[(3, "globex/hyper"), (4, "globex/x")]), 1);
    let accounts = installations(&settings, &["Globex", "acme"]).await;
    let found = list::list(&accounts, &settings).await.unwrap();
    let picked: BTreeSet<(usize, String)> =
        found.picked.values().map(|(at, listed)| (*at, listed.name.to_string())).collect();
    let expected = [(0, "globex/hyper"), (0, "globex/lantern"), (1, "acme/anvil")];
    assert_eq!(picked, expected.map(|(at, name)| (at, name.to_owned())).into());
    let left: Vec<String> = found.left.values().map(|listed| listed.name.to_string()).collect();
    assert_eq!(left, ["acme/docs", "globex/x"]);
    assert_eq!((stage.asked(INSTALLED), stage.asked("/orgs/"), stage.asked("/users/")), (2, 0, 0));
    assert!(found.faults.is_empty() && found.unlisted.is_empty(), "who is served by nobody is not asked about");
}
