//! What GraphQL adds to the listing, and what happens where it does not.

use http::StatusCode;

use super::*;
use crate::demo::github::Fault;
use crate::domain::repo::Counters;

const GRAPHQL: &str = "/graphql";

fn ok(body: String) -> Fault {
    Fault::Status(StatusCode::OK, Vec::new(), body)
}

fn node(id: RepoId) -> String {
    format!(
        r#"{{"databaseId":{id},"watchers":{{"totalCount":41}},"pullRequests":{{"totalCount":3}},"languages":{{"edges":[
        {{"size":5000,"node":{{"name":"Rust"}}}},{{"size":70,"node":{{"name":"Shell"}}}}]}}}}"#
    )
}

#[tokio::test]
async fn watchers_open_pull_requests_and_languages_come_with_one_request() {
    let stage = Stage::new().await;
    let foreign = RepoId(stage.id("globex/lantern").0);
    let nodes = [node(stage.id("acme/anvil")), node(stage.id("acme/docs")), node(foreign)].join(",");
    stage.sample.break_path(GRAPHQL, ok(format!(r#"{{"data":{{"nodes":[null,{{}},{nodes}]}}}}"#)), usize::MAX);
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!((run.failures(), run.faults.len(), stage.asked(GRAPHQL)), (0, 0, 1));
    for name in ["acme/anvil", "acme/docs"] {
        let seen = of(&observations, name);
        let counters = seen.counters[0].1;
        assert_eq!((counters.watchers, counters.open_pulls), (Some(41), Some(3)));
        assert_eq!(counters.open_issues(), counters.open_issues_and_pulls.map(|both| both - 3), "apart");
        let languages = seen.sighting.about.languages.as_ref().unwrap();
        assert_eq!(
            languages.iter().map(|(name, size)| (name.as_str(), *size)).collect::<Vec<_>>(),
            [("Rust", 5_000), ("Shell", 70)]
        );
    }
    let other = of(&observations, "acme/website");
    assert_eq!((other.counters[0].1.watchers, &other.sighting.about.languages), (None, &None), "unknown, not zero");
}

#[tokio::test]
async fn where_graphql_does_not_answer_only_its_figures_stay_unknown() {
    for fault in [
        Fault::Status(StatusCode::NOT_FOUND, Vec::new(), r#"{"message":"Not Found"}"#.into()),
        Fault::Status(StatusCode::FORBIDDEN, Vec::new(), r#"{"message":"Resource not accessible"}"#.into()),
        ok(r#"{"data":null,"errors":[{"type":"INTERNAL","message":"Something went wrong"}]}"#.into()),
        ok(r#"{"errors":[{"message":"Parse error"}]}"#.into()),
        ok("<html>".into()),
        ok(r#"{"data":{"nodes":[{"databaseId":"x"}]}}"#.into()),
        ok(r#"{"data":{"nodes":[{"databaseId":1,"watchers":{"totalCount":-4}}]}}"#.into()),
    ] {
        let stage = Stage::new().await;
        stage.sample.break_path(GRAPHQL, fault.clone(), usize::MAX);
        let (run, observations) = stage.collect(&["acme/*"]).await;
        assert_eq!((run.failures(), run.faults.len(), stage.asked(GRAPHQL)), (0, 0, 1), "{fault:?}");
        for seen in &observations {
            let Counters { stars, watchers, open_pulls, .. } = seen.counters[0].1;
            assert!(stars.is_some() && watchers.is_none() && open_pulls.is_none(), "{fault:?}");
            assert!(seen.sighting.about.languages.is_none());
        }
    }
}
