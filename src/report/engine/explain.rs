//! What is wrong with a template, said with what exists.

use std::collections::BTreeMap;

use serde_json::Value;
use tera::ErrorKind;

use crate::report::Error;
use crate::report::nearest::known;

/// The filters of Tera, which has no list of them. A test calls each.
const FILTERS: [&str; 35] = [
    "abs",
    "capitalize",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
];
const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];
const FUNCTIONS: [&str; 3] = ["range", "super", "throw"];

/// A fault that shows when templates are read.
pub(super) fn unreadable(fault: &tera::Error, sources: &[(String, String)]) -> Error {
    let text = fault.to_string();
    let names = |list: &[&str], name: &str| known(name, list);
    let components = || -> Vec<&str> {
        let defined = sources.iter().flat_map(|(_, text)| text.split("{% component ").skip(1));
        defined.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name.trim()).collect()
    };
    let templates = || -> Vec<&str> { sources.iter().map(|(name, _)| name.as_str()).collect() };
    let hint = [("filter", &FILTERS[..]), ("test", &TESTS[..]), ("function", &FUNCTIONS[..])]
        .into_iter()
        .find_map(|(kind, list)| Some(names(list, unknown(&text, kind)?)))
        .or_else(|| Some(names(&components(), unknown(&text, "component")?)))
        .or_else(|| Some(names(&templates(), unknown(&text, "template")?)));
    Error::Template(hint.map_or(text.clone(), |hint| format!("{text}\n\nhint: {hint}")))
}

/// The name after ``Unknown filter ` ``.
fn unknown<'a>(text: &'a str, kind: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("Unknown {kind} `"))?;
    rest.split_once('`').map(|(name, _)| name)
}

/// A fault that shows when a page is rendered.
pub(super) fn unrenderable(fault: &tera::Error, sources: &BTreeMap<String, String>, view: &Value) -> Error {
    let text = fault.to_string();
    let hint = match fault.kind() {
        ErrorKind::RenderingError(report) => sources.get(report.filename()).and_then(|source| {
            let span = &report.span().range;
            // Tera points at the last step of a path only.
            let before = source.get(..span.start)?;
            let start = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.').len();
            missing(source.get(start..span.end)?.trim(), &source[..start], view)
        }),
        _ => None,
    };
    Error::Template(hint.map_or(text.clone(), |hint| format!("{text}\n\nhint: {hint}")))
}

/// A condition on a field that does not exist is never true, and Tera does not mind: this does.
pub(super) fn check_conditions(name: &str, source: &str, view: &Value) -> Result<(), Error> {
    let mut from = 0;
    while let Some(start) = source[from..].find("{% ").map(|at| from + at + 3) {
        let Some(end) = source[start..].find("%}").map(|at| start + at) else { break };
        let tag = &source[start..end];
        from = end;
        let condition = tag.strip_prefix("if ").or_else(|| tag.strip_prefix("elif "));
        let Some(condition) = condition.filter(|condition| !condition.contains(['"', '\'', '|', '['])) else {
            continue;
        };
        // A loop may go through things of several kinds, so only what the page itself has can be missed.
        let own = |word: &&str| word.split_once('.').is_some_and(|(root, _)| view.get(root).is_some()) && is_path(word);
        for path in condition.split([' ', '(', ')']).filter(own) {
            if let Some(hint) = missing(path, &source[..start], view) {
                let line = source[..start].matches('\n').count() + 1;
                return Err(Error::Template(format!("{name}:{line}: there is no field `{path}`\n\nhint: {hint}")));
            }
        }
    }
    Ok(())
}

/// What there is instead of a path that leads nowhere; `None` if it leads somewhere, or nobody can tell.
fn missing(path: &str, before: &str, view: &Value) -> Option<String> {
    if !is_path(path) {
        return None;
    }
    let mut steps = path.split('.');
    let root = steps.next()?;
    let mut at = match view.get(root) {
        Some(value) => value,
        None => match source_of(root, before) {
            Some(list) => find(list, before, view)?,
            // Arguments of components and values that a template sets are the template's own.
            None if before.contains(&format!("set {root}")) || before.contains("{% component ") => return None,
            None => return Some(fields(root, "the page", view)),
        },
    };
    let mut so_far = root.to_owned();
    for step in steps {
        let object = at.as_object()?;
        let Some(next) = object.get(step) else { return Some(fields(step, &format!("`{so_far}`"), at)) };
        so_far = format!("{so_far}.{step}");
        at = next;
    }
    None
}

/// The value at a path; of a list its first entry.
fn find<'v>(path: &str, before: &str, view: &'v Value) -> Option<&'v Value> {
    let mut steps = path.split('.');
    let root = steps.next()?;
    let mut at = match view.get(root) {
        Some(value) => value,
        // A loop within a loop: its list hangs on the outer one's variable.
        None => find(source_of(root, before)?, &before[..before.rfind(&format!("{{% for {root} in "))?], view)?,
    };
    for step in steps {
        at = at.get(step)?;
    }
    at.as_array()?.first()
}

/// What a loop's variable goes through: `rows` of `{% for row in rows %}`.
fn source_of<'t>(variable: &str, before: &'t str) -> Option<&'t str> {
    let head = format!("{{% for {variable} in ");
    let start = before.rfind(&head)? + head.len();
    let list = before[start..].split([' ', '%', '-']).next()?;
    is_path(list).then_some(list)
}

fn fields(name: &str, of: &str, value: &Value) -> String {
    let names: Vec<&str> = value.as_object().map_or_else(Vec::new, |map| map.keys().map(String::as_str).collect());
    format!("{of} has no field `{name}`; {}", known(name, &names))
}

fn is_path(text: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.split('.').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_filter_and_test_that_is_named_exists() {
        for name in FILTERS {
            let made = tera::Tera::default().add_raw_template("a", &format!("{{{{ x | {name} }}}}"));
            assert!(made.is_ok(), "{name}");
        }
        for name in TESTS {
            assert!(tera::Tera::default().add_raw_template("a", &format!("{{{{ x is {name} }}}}")).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told_with_its_siblings() {
        let view =
            json!({ "page": { "title": "x", "root": "" }, "rows": [{ "name": "a", "cells": [{ "text": "b" }] }] });
        let said = |path, before| missing(path, before, &view);
        assert_eq!(said("page.title", ""), None);
        let hint = "`page` has no field `titel`; did you mean `title`? There are `title`, `root`";
        assert_eq!(said("page.titel", "").as_deref(), Some(hint));
        assert_eq!(
            said("pag", "").as_deref(),
            Some("the page has no field `pag`; did you mean `page`? There are `page`, `rows`")
        );
        let outer = "{% for row in rows %}";
        assert_eq!(
            said("row.nam", outer).as_deref(),
            Some("`row` has no field `nam`; did you mean `name`? There are `name`, `cells`")
        );
        let inner = "{% for row in rows %}{% for cell in row.cells %}";
        assert_eq!(
            said("cell.txt", inner).as_deref(),
            Some("`cell` has no field `txt`; did you mean `text`? There are `text`")
        );
        assert_eq!(said("argument.x", "{% component a(argument) %}"), None);
    }

    #[test]
    fn a_condition_on_a_field_that_does_not_exist_is_a_fault() {
        let view = json!({ "page": { "fresh": null } });
        assert!(
            check_conditions("a.html", "{% if page.fresh %}{% elif not page.fresh.late %}{% endif %}", &view).is_ok()
        );
        let said = check_conditions("a.html", "\n{% if page.fersh %}", &view).unwrap_err().to_string();
        assert!(
            said.contains("a.html:2: there is no field `page.fersh`") && said.contains("did you mean `fresh`?"),
            "{said}"
        );
    }
}
