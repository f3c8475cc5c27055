//! Rust source as a list of words: comments and the insides of literals are gone, so what is left is code.

use std::path::{Path, PathBuf};

/// One word or sign of Rust source with the line it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A file of the crate.
pub(crate) struct Source {
    /// Relative to the crate's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned(), tokens: tokens(text) }
    }

    /// The module a file is, as steps from the crate's root: `src/github/wire.rs` is `github`, `wire`.
    pub(crate) fn module(&self) -> Vec<String> {
        let stem = self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        let root = ["lib", "main"].contains(&stem);
        if root { vec![] } else { stem.split('/').map(str::to_owned).collect() }
    }

    /// Whether the whole file is tests: `tests.rs`, or in a folder `tests`.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|step| matches!(step, "tests" | "tests.rs"))
    }

    /// The first step of [`Source::module`], or `lib` or `main` for the roots.
    pub(crate) fn layer(&self) -> String {
        let top = self.module().into_iter().next();
        top.unwrap_or_else(|| self.path.trim_start_matches("src/").trim_end_matches(".rs").to_owned())
    }
}

/// Every `.rs` file under the given folder of the crate, in order of path.
pub(crate) fn read_all(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    find(&root.join(folder), &mut files);
    files.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let relative = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        Source::new(&relative, &text)
    };
    files.iter().map(read).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Splits source into words, `::` and single signs. Strings become `""`, characters `''`, comments nothing.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let (mut rest, mut line, mut found) = (text, 1, Vec::new());
    while let Some(first) = rest.chars().next() {
        let (length, word) = next(rest, first);
        if let Some(word) = word {
            found.push(Token { text: word, line });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// How many bytes the next thing takes, and what stays of it.
fn next(rest: &str, first: char) -> (usize, Option<String>) {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    if let Some(length) = comment(rest) {
        (length, None)
    } else if let Some(length) = string(rest) {
        (length, Some("\"\"".into()))
    } else if let Some(length) = character(rest) {
        (length, Some("''".into()))
    } else if rest.starts_with("::") {
        (2, Some("::".into()))
    } else if word(first) {
        let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
        (length, Some(rest[..length].into()))
    } else {
        (first.len_utf8(), (!first.is_whitespace()).then(|| first.to_string()))
    }
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let (mut depth, mut at) = (0, 0);
    while depth > 0 || (at == 0 && rest.starts_with("/*")) {
        let step = match rest.get(at..at + 2) {
            Some("/*") => (2, 1),
            Some("*/") => (2, -1),
            _ => (rest[at..].chars().next()?.len_utf8(), 0),
        };
        at += step.0;
        depth += step.1;
    }
    (at > 0).then_some(at)
}

fn string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix).unwrap_or("");
        after.starts_with('"') || (prefix.ends_with('r') && after.trim_start_matches('#').starts_with('"'))
    })?;
    let body = &rest[prefix.len()..];
    let hashes = body.len() - body.trim_start_matches('#').len();
    let start = prefix.len() + hashes + 1;
    if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(start + rest[start..].find(&end)? + end.len());
    }
    let mut escaped = false;
    let close = |c: char| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    };
    Some(start + rest[start..].find(close)? + 1)
}

/// A character literal; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('\'')?;
    if let Some(escape) = body.strip_prefix('\\') {
        let skipped = escape.chars().next()?.len_utf8();
        return Some(2 + skipped + escape[skipped..].find('\'')? + 1);
    }
    let length = body.chars().next()?.len_utf8();
    body[length..].starts_with('\'').then_some(length + 2)
}

#[test]
fn only_code_is_left_of_source() {
    let source = "// crate::a\n/* crate::b /* nested */ */ let x = \"crate::c \\\" \"; let 'a: y = r#\"crate::d\"#;\n'\\'' b\"\\\\\" é::z";
    let words: Vec<String> = tokens(source).into_iter().map(|token| token.text).collect();
    assert_eq!(words.join(" "), "let x = \"\" ; let ' a : y = \"\" ; '' \"\" é :: z");
    assert_eq!(tokens(source).last().unwrap().line, 3);
}
