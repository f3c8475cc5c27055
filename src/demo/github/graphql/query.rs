//! A query in GraphQL, as a tree of fields. Arguments and variables are read over.

/// One field with what is asked of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    alias: Option<String>,
    /// Its name; `... on Type` for an inline fragment.
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

impl Field {
    /// What the answer calls it.
    pub(super) fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// Marks that stand for themselves. `...` is one of three characters.
const MARKS: &str = "{}()[]:!$=,";
/// Deeper than anybody asks.
const DEEPEST: usize = 16;

/// The fields that a query asks for.
pub(super) fn parse(text: &str) -> Result<Vec<Field>, String> {
    let tokens = tokens(text);
    // `query`, a name and declarations of variables may come first.
    let mut rest = &tokens[..];
    let mut open = 0_usize;
    while let Some((token, after)) = rest.split_first() {
        match token.as_str() {
            "mutation" | "subscription" => return Err(format!("`{token}` is not offered here")),
            "{" if open == 0 => break,
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            _ => {}
        }
        rest = after;
    }
    let (fields, rest) = set(rest, 0)?;
    match rest.first() {
        None => Ok(fields),
        Some(token) => Err(format!("unexpected `{token}`")),
    }
}

/// `{ field … }`, and what follows it.
fn set(tokens: &[String], depth: usize) -> Result<(Vec<Field>, &[String]), String> {
    let mut rest = expect(tokens, "{")?;
    let mut fields = Vec::new();
    while rest.first().is_some_and(|token| token != "}") && depth < DEEPEST {
        let (field, after) = field(rest, depth)?;
        fields.push(field);
        rest = after;
    }
    if fields.is_empty() {
        return Err("a selection is empty".into());
    }
    Ok((fields, expect(rest, "}")?))
}

fn field(tokens: &[String], depth: usize) -> Result<(Field, &[String]), String> {
    let (first, mut rest) = word(tokens)?;
    let (mut alias, mut name) = (None, first.to_owned());
    if first == "..." {
        let (on, kind) = word(expect(rest, "on")?)?;
        (name, rest) = (format!("... on {on}"), kind);
    } else if rest.first().is_some_and(|token| token == ":") {
        let (real, after) = word(&rest[1..])?;
        (alias, name, rest) = (Some(name), real.to_owned(), after);
    }
    rest = arguments(rest);
    let mut fields = Vec::new();
    if rest.first().is_some_and(|token| token == "{") {
        (fields, rest) = set(rest, depth + 1)?;
    }
    Ok((Field { alias, name, fields }, rest))
}

/// What comes after `( … )`, if there is one.
fn arguments(tokens: &[String]) -> &[String] {
    if tokens.first().is_none_or(|token| token != "(") {
        return tokens;
    }
    let end = tokens.iter().position(|token| token == ")").unwrap_or(tokens.len() - 1);
    &tokens[end + 1..]
}

fn word(tokens: &[String]) -> Result<(&str, &[String]), String> {
    match tokens.split_first() {
        Some((token, rest)) if !MARKS.contains(token.as_str()) => Ok((token, rest)),
        Some((token, _)) => Err(format!("unexpected `{token}`")),
        None => Err("the query ends too early".into()),
    }
}

fn expect<'a>(tokens: &'a [String], wanted: &str) -> Result<&'a [String], String> {
    match tokens.split_first() {
        Some((token, rest)) if token == wanted => Ok(rest),
        Some((token, _)) => Err(format!("`{wanted}` was expected, not `{token}`")),
        None => Err("the query ends too early".into()),
    }
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '.' => rest.find(|c| c != '.').unwrap_or(rest.len()),
            _ if MARKS.contains(first) => 1,
            _ => rest.find(|c: char| c.is_whitespace() || c == '.' || MARKS.contains(c)).unwrap_or(rest.len()),
        };
        // GraphQL reads a comma as a space.
        if first != ',' {
            tokens.push(rest[..end].to_owned());
        }
        rest = rest[end..].trim_start();
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_its_fields() {
        let text = "query Counters($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { databaseId, \
                    open: pullRequests(states: OPEN) { totalCount } } } rateLimit{cost} }";
        let fields = parse(text).unwrap();
        assert_eq!(fields.iter().map(Field::key).collect::<Vec<_>>(), ["nodes", "rateLimit"]);
        let repository = &fields[0].fields[0];
        assert_eq!(repository.name, "... on Repository");
        let keys: Vec<(&str, &str)> = repository.fields.iter().map(|f| (f.key(), f.name.as_str())).collect();
        assert_eq!(keys, [("databaseId", "databaseId"), ("open", "pullRequests")]);
        assert_eq!(repository.fields[1].fields[0].name, "totalCount");
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for text in
            ["", "{", "{}", "query", "{ nodes(ids: 1) { } }", "{ a } }", "mutation { a }", "{ ... }", "{ a: }", "(("]
        {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(parse(&"{a".repeat(1_000)).is_err());
    }
}
