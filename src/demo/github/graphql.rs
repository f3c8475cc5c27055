//! As much of GitHub's GraphQL as a collector asks: repositories by node id, with their counters.
//!
//! The query is read for what it is, so that one that GitHub would refuse is refused here.

mod query;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::query::{Field, parse};
use super::Sample;
use super::answers::{Asked, node};
use super::limits::{Resource, reset};
use super::repository::SampleRepository;

/// What is sent.
#[derive(Deserialize)]
struct Question {
    query: String,
    #[serde(default)]
    variables: Variables,
}

#[derive(Default, Deserialize)]
struct Variables {
    #[serde(default)]
    ids: Vec<String>,
}

/// As many as `nodes` takes at once.
const MOST: usize = 100;

/// The answer, which has status 200 whatever is wrong with the question.
pub(super) fn answer(asked: &Asked<'_>, sees: impl Fn(&SampleRepository) -> bool, body: &[u8]) -> Value {
    let Ok(question) = serde_json::from_slice::<Question>(body) else {
        return wrong("A query attribute must be specified");
    };
    let fields = match parse(&question.query) {
        Ok(fields) => fields,
        Err(fault) => return wrong(&format!("Parse error: {fault}")),
    };
    let ids = &question.variables.ids;
    if ids.len() > MOST {
        let count = ids.len();
        return wrong(&format!("You may not provide more than {MOST} node ids; you provided {count}."));
    }
    let mut errors = Vec::new();
    let mut data = Map::new();
    for field in &fields {
        let value = match field.name.as_str() {
            "nodes" => nodes(asked, &sees, ids, field, &mut errors),
            "rateLimit" => Ok(select(field, &limit(asked.sample))),
            _ => Err(unknown(&field.name, "Query")),
        };
        match value {
            Ok(value) => data.insert(field.key().to_owned(), value),
            Err(fault) => return wrong(&fault),
        };
    }
    match errors.is_empty() {
        true => json!({ "data": data }),
        false => json!({ "data": data, "errors": errors }),
    }
}

fn nodes(
    asked: &Asked<'_>,
    sees: impl Fn(&SampleRepository) -> bool,
    ids: &[String],
    field: &Field,
    errors: &mut Vec<Value>,
) -> Result<Value, String> {
    let mut all = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let found = asked.sample.repositories().iter().find(|repository| node("R", repository.id.0) == *id);
        match found.filter(|repository| sees(repository)) {
            Some(repository) => all.push(shown(asked, repository, field)?),
            None => {
                let message = format!("Could not resolve to a node with the global id of '{id}'");
                errors.push(json!({ "type": "NOT_FOUND", "path": [field.key(), at], "message": message }));
                all.push(Value::Null);
            }
        }
    }
    Ok(Value::Array(all))
}

/// What is asked of one repository.
fn shown(asked: &Asked<'_>, repository: &SampleRepository, field: &Field) -> Result<Value, String> {
    let whole = whole(asked, repository);
    let mut body = Map::new();
    for part in &field.fields {
        let wanted: &[Field] = match part.name.as_str() {
            "... on Repository" => &part.fields,
            other if other.starts_with("...") => continue,
            _ => std::slice::from_ref(part),
        };
        for wanted in wanted {
            let value = whole.get(&wanted.name).ok_or_else(|| unknown(&wanted.name, "Repository"))?;
            body.insert(wanted.key().to_owned(), select(wanted, value));
        }
    }
    Ok(Value::Object(body))
}

fn whole(asked: &Asked<'_>, repository: &SampleRepository) -> Value {
    let counters = asked.sample.counters(repository, asked.date);
    let issues = counters.open_issues_and_pulls.zip(counters.open_pulls).map(|(all, pulls)| all.saturating_sub(pulls));
    let languages = asked.sample.about(repository, asked.date).languages.unwrap_or_default();
    let mut edges: Vec<_> = languages.into_iter().collect();
    edges.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let name = repository.name_on(asked.date);
    json!({
        "__typename": "Repository",
        "id": node("R", repository.id.0),
        "databaseId": repository.id.0,
        "name": name.name(),
        "nameWithOwner": name.to_string(),
        "stargazerCount": counters.stars,
        "forkCount": counters.forks,
        "watchers": { "totalCount": counters.watchers },
        "pullRequests": { "totalCount": counters.open_pulls },
        "issues": { "totalCount": issues },
        "languages": {
            "totalCount": edges.len(),
            "edges": edges.iter().map(|(name, size)| json!({ "size": size, "node": { "name": name } })).collect::<Vec<_>>(),
        },
    })
}

fn limit(sample: &Sample) -> Value {
    let remaining = sample.remaining(Resource::Graphql);
    let at = chrono::DateTime::from_timestamp(reset(), 0).map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    json!({ "cost": 1, "limit": Sample::LIMIT, "remaining": remaining, "resetAt": at })
}

/// The part of a value that is asked for.
fn select(field: &Field, value: &Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(|one| select(field, one)).collect(),
        Value::Object(all) if !field.fields.is_empty() => {
            let part =
                |part: &Field| (part.key().to_owned(), all.get(&part.name).map_or(Value::Null, |v| select(part, v)));
            Value::Object(field.fields.iter().map(part).collect())
        }
        other => other.clone(),
    }
}

fn unknown(field: &str, on: &str) -> String {
    format!("Field '{field}' doesn't exist on type '{on}'")
}

fn wrong(message: &str) -> Value {
    json!({ "errors": [{ "message": message }] })
}
