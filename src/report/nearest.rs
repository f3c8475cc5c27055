//! What somebody meant who wrote a name that does not exist.

/// The known name that is nearest to `word`, if any is near.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let near = known.into_iter().map(|name| (distance(word, name), name)).filter(|(steps, _)| *steps <= limit);
    near.min_by_key(|(steps, _)| *steps).map(|(_, name)| name)
}

/// `there are a, b and c`, with the nearest named first.
pub(super) fn known(word: &str, names: &[&str]) -> String {
    let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match nearest(word, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`? There are {}", list.join(", ")),
        None => format!("there are {}", list.join(", ")),
    }
}

/// How many letters must be put in, left out, replaced or swapped with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for at in 1..=a.len() {
        let mut row = vec![at];
        for to in 1..=b.len() {
            let replaced = rows[at - 1][to - 1] + usize::from(a[at - 1] != b[to - 1]);
            let mut least = replaced.min(row[to - 1] + 1).min(rows[at - 1][to] + 1);
            if at > 1 && to > 1 && a[at - 1] == b[to - 2] && a[at - 2] == b[to - 1] {
                least = least.min(rows[at - 2][to - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("metirc", ["metric", "last"]), Some("metric"));
        assert_eq!(nearest("veiws", ["views", "clones"]), Some("views"));
        assert_eq!(nearest("colour", ["metric", "last"]), None);
        assert_eq!(known("charts", &["chart", "note"]), "did you mean `chart`? There are `chart`, `note`");
    }
}
