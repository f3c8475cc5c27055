//! Which top-level modules a file reaches, by whatever spelling.

use super::source::{Source, Token};

/// A path that leads to a top-level module of the crate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The top-level module, `*` for all of them, or `crate` for the root under another name.
    pub(crate) module: String,
    pub(crate) line: usize,
}

/// Every path of the file that passes through the crate's root.
pub(crate) fn reached(source: &Source) -> Vec<Reach> {
    let mut walk = Walk { tokens: &source.tokens, reaches: Vec::new() };
    // Modules written inside the file, each with the depth of braces it ends at.
    let (mut inline, mut depth) = (Vec::<(String, usize)>::new(), 0);
    for at in 0..source.tokens.len() {
        match walk.text(at) {
            "{" => depth += 1,
            "}" => {
                depth = usize::saturating_sub(depth, 1);
                inline.retain(|(_, end)| *end < depth + 1);
            }
            "mod" if walk.text(at + 2) == "{" => inline.push((walk.text(at + 1).to_owned(), depth + 1)),
            _ if walk.starts_path(at) => {
                let here = source.module().into_iter().chain(inline.iter().map(|(name, _)| name.clone())).collect();
                walk.path(at, here);
            }
            _ => {}
        }
    }
    walk.reaches
}

struct Walk<'a> {
    tokens: &'a [Token],
    reaches: Vec<Reach>,
}

impl Walk<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// Whether an absolute or upward path begins here: `tollgate::` is how the program names its own library.
    fn starts_path(&self, at: usize) -> bool {
        let head = matches!(self.text(at), "crate" | "super" | "self" | "tollgate");
        let first = at == 0 || self.text(at - 1) != "::";
        head && first && matches!(self.text(at + 1), "::" | "as")
    }

    /// Follows one path from the module `here`; returns where it ended.
    fn path(&mut self, mut at: usize, mut here: Vec<String>) -> usize {
        loop {
            match self.text(at) {
                "crate" | "tollgate" => here = vec![],
                "super" => drop(here.pop()),
                "self" => {}
                "{" => return self.group(at, &here),
                name => {
                    if here.is_empty() {
                        let module = name.to_owned();
                        self.report(module, at);
                        return at + 1;
                    }
                    // A child of the module we stand in; what follows stays inside it, unless a group climbs again.
                    here.push(name.to_owned());
                }
            }
            if self.text(at + 1) != "::" {
                // `use crate as root` and `use super::super as root` hide every later path.
                if here.is_empty() && self.text(at + 1) == "as" {
                    self.report("crate".into(), at);
                }
                return at + 1;
            }
            at += 2;
        }
    }

    fn group(&mut self, open: usize, here: &[String]) -> usize {
        let mut at = open + 1;
        while !matches!(self.text(at), "}" | "") {
            let end = self.path(at, here.to_vec());
            at = self.after_element(end);
        }
        at + 1
    }

    /// Past the comma that ends an element of a group, or at the brace that ends the group.
    fn after_element(&self, mut at: usize) -> usize {
        let mut depth = 0;
        loop {
            match self.text(at) {
                "" => return at,
                "{" => depth += 1,
                "}" if depth == 0 => return at,
                "}" => depth -= 1,
                "," if depth == 0 => return at + 1,
                _ => {}
            }
            at += 1;
        }
    }

    fn report(&mut self, module: String, at: usize) {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        self.reaches.push(Reach { module, line });
    }
}

#[test]
fn no_spelling_hides_a_path() {
    let reach = |path: &str, text: &str| {
        let found = reached(&Source::new(path, text));
        found.iter().map(|reach| format!("{}@{}", reach.module, reach.line)).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("use crate::history::Store;", "history@1"),
        ("use crate::{\n domain::{Date, repo::Name},\n history };", "domain@2 history@3"),
        ("fn f() { crate::edge::serve() }", "edge@1"),
        ("pub(crate) fn f() {} pub(super) fn g() {} pub(in crate::report) fn h() {}", "report@1"),
        ("use super::pace; use super::super::keys::Keyring;", "keys@1"),
        ("use super::{super::{edge, keys}, pace};", "edge@1 keys@1"),
        ("use super::super::*;", "*@1"),
        ("use crate::*;", "*@1"),
        ("use crate as root;", "crate@1"),
        ("use super::super as root;", "crate@1"),
        ("use crate::{self as root};", "crate@1"),
        ("mod tests { use super::*; use super::super::pace; use super::super::super::keys; }", "keys@1"),
        ("mod a { mod b {} } use super::super::keys;", "keys@1"),
        ("macro_rules! m { () => { $crate::edge::serve() } }", "edge@1"),
        ("use self::super::super::edge;", "edge@1"),
        ("fn f(&self) { self.crate_name(); self::g(); }", ""),
        ("// crate::edge\nlet s = \"crate::edge\";", ""),
        ("let x = Wrapper { inner: super::super::edge::new() };", "edge@1"),
        ("f(a, super::super::edge::new())", "edge@1"),
    ] {
        assert_eq!(reach("src/github/wire.rs", text), expected, "{text}");
    }
    assert_eq!(reach("src/main.rs", "fn main() { tollgate::cli::run() }"), "cli@1");
    assert_eq!(reach("src/keys.rs", "use super::domain::Date;"), "domain@1");
    assert_eq!(reach("src/github/mod.rs", "use super::edge;"), "edge@1");
}
