//! TOML tables read key by key, so that every fault is found in one pass, each with its line.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One fault of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file as named on the command line.
    pub file: String,
    /// Counted from 1; `None` where no line is at fault.
    pub line: Option<usize>,
    /// What is wrong, with the value.
    pub what: String,
    /// How to mend it.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "`{}` line {line}: {}\n\nhint: {}", self.file, self.what, self.hint),
            None => write!(f, "`{}`: {}\n\nhint: {}", self.file, self.what, self.hint),
        }
    }
}

/// A file being read, and what was wrong so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    file: String,
    faults: RefCell<Vec<Fault>>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, file: &str) -> Reader<'t> {
        Reader { text, file: file.to_owned(), faults: RefCell::default() }
    }

    /// Parses the whole text. Faults of the grammar are kept with the others.
    pub(super) fn parse(&self) -> Spanned<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, error.message().to_owned(), "mend the TOML; see https://toml.io");
        }
        table
    }

    /// The line that holds a byte of the text, counted from 1.
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }

    /// Notes a fault at a byte of the text.
    pub(super) fn fault(&self, at: usize, what: impl Into<String>, hint: impl Into<String>) {
        let fault = Fault { file: self.file.clone(), line: Some(self.line(at)), what: what.into(), hint: hint.into() };
        self.faults.borrow_mut().push(fault);
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_clean(&self) -> bool {
        self.faults.borrow().is_empty()
    }

    /// All faults in order of their lines; those of one line as they were found.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| fault.line);
        faults
    }
}

/// A value with the byte where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) at: usize,
    pub(super) value: T,
}

/// A table whose keys are taken one by one. What is left when it is dropped was not known.
pub(super) struct Table<'r, 't> {
    reader: &'r Reader<'t>,
    map: &'r DeTable<'t>,
    at: usize,
    /// How messages call it, such as `[site]`.
    name: String,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'r, 't> Table<'r, 't> {
    pub(super) fn new(reader: &'r Reader<'t>, map: &'r DeTable<'t>, at: usize, name: &str) -> Table<'r, 't> {
        Table { reader, map, at, name: name.to_owned(), asked: RefCell::default() }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The line it begins on.
    pub(super) fn line(&self) -> usize {
        self.reader.line(self.at)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Notes a fault at a byte of the text.
    pub(super) fn fault(&self, at: usize, what: impl Into<String>, hint: impl Into<String>) {
        self.reader.fault(at, what, hint);
    }

    fn get(&self, key: &'static str) -> Option<&'r Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().insert(key);
        self.map.get(key)
    }

    pub(super) fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn is_list(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().is_array())
    }

    /// A text, if the key is there.
    pub(super) fn text(&self, key: &'static str) -> Option<At<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(At { at: value.span().start, value: text.to_string() }),
            _ => self.mistyped(key, value, "a text in quotes"),
        }
    }

    /// A text that must be there and not empty.
    pub(super) fn required(&self, key: &'static str, hint: &str) -> Option<At<String>> {
        if !self.has(key) {
            self.fault(self.at, format!("{} has no `{key}`", self.name), hint);
        }
        self.text(key).filter(|text| {
            let given = !text.value.trim().is_empty();
            if !given {
                self.fault(text.at, format!("`{key}` is empty"), hint);
            }
            given
        })
    }

    /// A whole number within bounds, if the key is there.
    pub(super) fn number(&self, key: &'static str, bounds: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let value = self.get(key)?;
        let Some(integer) = value.get_ref().as_integer() else {
            return self.mistyped(key, value, "a whole number");
        };
        let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let hint = format!("write a number from {} to {}", bounds.start(), bounds.end());
            self.fault(value.span().start, format!("`{key}` is {}", integer.as_str()), hint);
        }
        number
    }

    /// `true` or `false`, if the key is there.
    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(yes) => Some(*yes),
            _ => self.mistyped(key, value, "`true` or `false`, without quotes"),
        }
    }

    /// A list of texts; empty if the key is missing.
    pub(super) fn texts(&self, key: &'static str) -> Vec<At<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.mistyped::<()>(key, value, "a list of texts");
            return Vec::new();
        };
        let text = |item: &Spanned<DeValue<'t>>| match item.get_ref() {
            DeValue::String(text) => Some(At { at: item.span().start, value: text.to_string() }),
            _ => self.mistyped(key, item, "a list of texts"),
        };
        items.iter().filter_map(text).collect()
    }

    /// Any scalar as JSON, if the key is there.
    pub(super) fn scalar(&self, key: &'static str) -> Option<At<serde_json::Value>> {
        let value = self.get(key)?;
        self.json(key, value)
    }

    /// A list of scalars as JSON, if the key is there.
    pub(super) fn scalars(&self, key: &'static str) -> Option<At<Vec<serde_json::Value>>> {
        let value = self.get(key)?;
        let Some(items) = value.get_ref().as_array() else { return self.mistyped(key, value, "a list of values") };
        let values = items.iter().filter_map(|item| self.json(key, item).map(|at| at.value)).collect();
        Some(At { at: value.span().start, value: values })
    }

    fn json(&self, key: &'static str, value: &Spanned<DeValue<'t>>) -> Option<At<serde_json::Value>> {
        let json = match value.get_ref() {
            DeValue::String(text) => text.to_string().into(),
            DeValue::Boolean(yes) => (*yes).into(),
            DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
                Ok(number) => number.into(),
                Err(_) => {
                    let what = format!("`{key}` holds {}, which is too large", n.as_str());
                    self.fault(value.span().start, what, "write a number of at most 18 digits");
                    return None;
                }
            },
            _ => return self.mistyped(key, value, "a text, a whole number or a boolean"),
        };
        Some(At { at: value.span().start, value: json })
    }

    /// A table below this one, if the key is there.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'r, 't>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(map) => Some(Table::new(self.reader, map, value.span().start, &format!("[{key}]"))),
            _ => self.mistyped(key, value, &format!("a section `[{key}]`")),
        }
    }

    /// The tables of a list of tables; empty if the key is missing.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'r, 't>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.mistyped::<()>(key, value, &format!("a list of tables, such as sections `[[{key}]]`"));
            return Vec::new();
        };
        let table = |item: &'r Spanned<DeValue<'t>>| match item.get_ref() {
            DeValue::Table(map) => Some(Table::new(self.reader, map, item.span().start, &format!("[[{key}]]"))),
            _ => self.mistyped(key, item, "a table"),
        };
        items.iter().filter_map(table).collect()
    }

    fn mistyped<T>(&self, key: &str, value: &Spanned<DeValue<'t>>, wanted: &str) -> Option<T> {
        let found = value.get_ref().type_str();
        self.fault(value.span().start, format!("`{key}` is of type {found}"), format!("write {wanted}"));
        None
    }
}

impl Drop for Table<'_, '_> {
    /// Every key that nobody asked for is a fault.
    fn drop(&mut self) {
        let asked = self.asked.borrow();
        for (key, _) in self.map.iter().filter(|(key, _)| !asked.contains(key.get_ref().as_ref())) {
            let known: Vec<String> = asked.iter().map(|key| format!("`{key}`")).collect();
            let what = format!("{} has an unknown key `{}`", self.name, key.get_ref());
            self.reader.fault(key.span().start, what, format!("known here are {}", known.join(", ")));
        }
    }
}
