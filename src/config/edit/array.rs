//! Lists of texts as people lay them out: on one line, or one item a line with a comment behind each.
//!
//! The parser keeps what stands between two items as the beginning of the second one, the comment behind the first
//! included; what follows the last comma belongs to the list. So a comment has to be moved when its neighbour changes.

use toml_edit::{Array, RawString, Value};

/// Adds a text at the end, laid out like the one before it.
pub(super) fn push(list: &mut Array, text: &str) {
    let mut item = Value::from(text);
    let tail =
        if list.trailing_comma() { list.trailing().as_str().unwrap_or_default().to_owned() } else { suffix(list) };
    let lines = list.iter().last().map(prefix).filter(|prefix| prefix.contains('\n')).map(|prefix| indent(&prefix));
    match (lines, list.is_empty()) {
        (_, true) => {}
        (Some(indent), _) => {
            let (comment, end) = split(&tail);
            // A comment behind the last item stays behind that, in front of the new line.
            item.decor_mut().set_prefix(format!("{comment}\n{indent}"));
            finish(list, &mut item, end);
        }
        (None, _) => {
            item.decor_mut().set_prefix(" ");
            finish(list, &mut item, &tail);
        }
    }
    list.push_formatted(item);
}

/// Gives what closed the list to the item that closes it now.
fn finish(list: &mut Array, item: &mut Value, end: &str) {
    if list.trailing_comma() {
        list.set_trailing(end);
    } else {
        if let Some(last) = list.iter_mut().last() {
            last.decor_mut().set_suffix("");
        }
        item.decor_mut().set_suffix(end);
    }
}

/// Takes an item out, with the comment behind it and no other: lines of comments before and after it stay.
pub(super) fn remove(list: &mut Array, at: usize) {
    let removed = list.remove(at);
    let before = prefix(&removed);
    if let Some(next) = list.get_mut(at) {
        let joined = joined(&before, &prefix(next)).unwrap_or(before);
        next.decor_mut().set_prefix(joined);
    } else if list.is_empty() {
        list.set_trailing("");
        list.set_trailing_comma(false);
    } else {
        // It was the last one: the comment behind the one before it stays, and the bracket stays where it was.
        let text = |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or_default().to_owned();
        let tail = if list.trailing_comma() { text(Some(list.trailing())) } else { text(removed.decor().suffix()) };
        let kept = split(&before).0;
        // A bracket on the line of the item taken out must not end up behind a comment.
        let moved = || if kept.contains('#') { format!("{kept}\n{}", tail.trim_start()) } else { tail.clone() };
        let end = joined(&before, &tail).unwrap_or_else(moved);
        if list.trailing_comma() {
            list.set_trailing(end);
        } else if let Some(last) = list.iter_mut().last() {
            last.decor_mut().set_suffix(end);
        }
    }
}

/// What stood before an item, without its indent, and what follows the line that it ended; `None` where it ended none.
fn joined(before: &str, after: &str) -> Option<String> {
    let (_, rest) = after.split_once('\n')?;
    let kept = if before.contains('\n') { split(before).0 } else { "" };
    Some(format!("{kept}\n{rest}"))
}

fn prefix(item: &Value) -> String {
    item.decor().prefix().and_then(RawString::as_str).unwrap_or_default().to_owned()
}

fn suffix(list: &Array) -> String {
    let last = list.iter().last().and_then(|item| item.decor().suffix());
    last.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

/// The blanks at the beginning of the line that an item stands on.
fn indent(prefix: &str) -> String {
    prefix.rsplit('\n').next().unwrap_or_default().to_owned()
}

/// What stands before the last line break, and that with what follows it.
fn split(text: &str) -> (&str, &str) {
    text.rfind('\n').map_or((text, ""), |at| text.split_at(at))
}
