//! What only GraphQL tells of a hundred repositories at once: who watches, pull requests apart from issues, languages.
//!
//! REST would take three requests for each. Where GraphQL does not answer these figures stay unknown, and nothing else
//! depends on them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::fault::Fault;
use super::wire::{Listed, count, read as believe};
use crate::domain::repo::RepoId;

/// As many as GitHub takes in one request.
const AT_ONCE: usize = 100;

const QUERY: &str = "query($ids:[ID!]!){nodes(ids:$ids){... on Repository{databaseId watchers{totalCount} \
    pullRequests(states:OPEN){totalCount} languages(first:20,orderBy:{field:SIZE,direction:DESC}){edges{size node{name}}}}}}";

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    errors: Option<Vec<Problem>>,
}

#[derive(Deserialize)]
struct Data {
    nodes: Vec<Value>,
}

#[derive(Deserialize)]
struct Problem {
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    database_id: u64,
    watchers: Option<Total>,
    pull_requests: Option<Total>,
    languages: Option<Languages>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    total_count: i64,
}

#[derive(Deserialize)]
struct Languages {
    edges: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    size: i64,
    node: Name,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// Adds to the repositories what can be had. The first thing that could not is told, once.
pub(super) async fn enrich(client: &Client, repositories: &mut [Listed]) {
    let nodes: Vec<String> = repositories.iter().filter_map(|listed| listed.node.clone()).collect();
    let mut by_id: BTreeMap<RepoId, &mut Listed> = repositories.iter_mut().map(|listed| (listed.id, listed)).collect();
    let mut trouble = None;
    for ids in nodes.chunks(AT_ONCE) {
        match ask(client, ids).await {
            Ok((found, problem)) => {
                let told = found.iter().filter(|node| add(&mut by_id, node).is_ok()).count();
                let partial =
                    || (told < ids.len()).then(|| format!("{} of {} are missing", ids.len() - told, ids.len()));
                trouble = trouble.or(problem).or_else(partial);
            }
            // It will not answer for the others either.
            Err(fault) => {
                trouble.get_or_insert(fault.cause());
                break;
            }
        }
    }
    if let Some(why) = trouble {
        tracing::warn!(why, "watchers, open pull requests or languages of some repositories stay unknown tonight");
    }
}

async fn ask(client: &Client, ids: &[String]) -> Result<(Vec<Node>, Option<String>), Fault> {
    let reply = client.post(client.graphql_url()?, json!({ "query": QUERY, "variables": { "ids": ids } })).await?;
    let answer: Answer = believe(&reply.body)?;
    let problem = answer.errors.into_iter().flatten().next().map(|problem| problem.message.unwrap_or_default());
    // What is hidden is null, and what is no repository is empty.
    let nodes = answer.data.map(|data| data.nodes).unwrap_or_default();
    Ok((nodes.into_iter().filter_map(|node| serde_json::from_value(node).ok()).collect(), problem))
}

fn add(by_id: &mut BTreeMap<RepoId, &mut Listed>, node: &Node) -> Result<(), Fault> {
    let total = |total: &Option<Total>, what| total.as_ref().map(|total| count(total.total_count, what)).transpose();
    let (watchers, pulls) = (total(&node.watchers, "watchers")?, total(&node.pull_requests, "pull requests")?);
    let sizes = |languages: &Languages| {
        languages.edges.iter().map(|edge| Ok((edge.node.name.clone(), count(edge.size, &edge.node.name)?))).collect()
    };
    let languages = node.languages.as_ref().map(sizes).transpose()?;
    // Nothing is taken for a repository that was not asked about.
    if let Some(listed) = by_id.get_mut(&RepoId(node.database_id)) {
        listed.counters.watchers = watchers.or(listed.counters.watchers);
        listed.counters.open_pulls = pulls;
        listed.about.languages = languages;
    }
    Ok(())
}
