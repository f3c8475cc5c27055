//! The words in which the two stores differ; see the table above.

use std::borrow::Cow;

const GIVEN: &str = "{given ";
const FOLDED: &str = "{folded}";

/// A query as SQLite takes it.
pub(super) fn sqlite(query: &str) -> Cow<'_, str> {
    if !query.contains('{') {
        return query.into();
    }
    let Some((head, _, tail)) = given(query) else { return query.replace(FOLDED, "").into() };
    let head = head.trim_end();
    let head = head.strip_suffix("FROM").or_else(|| head.strip_suffix("CROSS JOIN")).unwrap_or(head);
    format!("{head}{tail}").replace(FOLDED, "").into()
}

/// A query as PostgreSQL takes it.
pub(super) fn postgresql(query: &str) -> String {
    let query = query.replace(FOLDED, "lower");
    let Some((head, kinds, tail)) = given(&query) else { return query.replace('?', "$") };
    let kinds: Vec<&str> = kinds.split(',').map(str::trim).collect();
    let numbered = |each: &dyn Fn(usize, &str) -> String| {
        let all: Vec<String> = kinds.iter().enumerate().map(|(n, kind)| each(n + 1, kind)).collect();
        all.join(", ")
    };
    let arrays = numbered(&|n, kind| format!("${n}::{kind}[]"));
    let names = numbered(&|n, _| format!("v{n}"));
    let values = |text: &str| text.replace('?', "given.v");
    format!("{}unnest({arrays}) AS given({names}){}", values(head), values(tail))
}

/// What stands before the rows that are given, their types, and what stands behind.
fn given(query: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = query.split_once(GIVEN)?;
    let (kinds, tail) = rest.split_once('}')?;
    Some((head, kinds, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_store_gets_its_own_words() {
        let query = "INSERT INTO t (a, b) SELECT ?1, {folded}(?2) FROM {given bigint, text} WHERE true";
        assert_eq!(sqlite(query), "INSERT INTO t (a, b) SELECT ?1, (?2)  WHERE true");
        let expected = "INSERT INTO t (a, b) SELECT given.v1, lower(given.v2) \
                        FROM unnest($1::bigint[], $2::text[]) AS given(v1, v2) WHERE true";
        assert_eq!(postgresql(query), expected);
        let query = "SELECT a FROM t CROSS JOIN {given text} WHERE b = ?1";
        assert_eq!(sqlite(query), "SELECT a FROM t  WHERE b = ?1");
        assert_eq!(postgresql("SELECT a FROM t WHERE {folded}(b) = ?1"), "SELECT a FROM t WHERE lower(b) = $1");
    }
}
