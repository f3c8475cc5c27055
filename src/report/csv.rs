//! Comma-separated values after RFC 4180, written so that no spreadsheet takes a stranger's text for a formula.

use std::fmt::Write as _;

use super::file::Value;

/// Rows under one head. Numbers that are not known are empty, never 0.
pub(super) struct Csv {
    text: String,
    fresh: bool,
}

impl Csv {
    pub(super) fn new(head: &[&str]) -> Csv {
        let mut csv = Csv { text: String::new(), fresh: true };
        for name in head {
            csv.plain(name);
        }
        csv.end();
        csv
    }

    pub(super) fn put(&mut self, value: Value<'_>) {
        match value {
            Value::Plain(text) => self.plain(text),
            Value::Foreign(text) => self.foreign(text),
            Value::Number(Some(number)) => self.show(number),
            Value::Date(Some(date)) => self.show(date),
            Value::Flag(Some(flag)) => self.show(flag),
            Value::Number(None) | Value::Date(None) | Value::Flag(None) => self.separate(),
        }
    }

    fn plain(&mut self, value: &str) {
        self.separate();
        self.text.push_str(value);
    }

    fn show(&mut self, value: impl std::fmt::Display) {
        self.separate();
        let _ = write!(self.text, "{value}");
    }

    fn foreign(&mut self, value: &str) {
        self.separate();
        let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        if formula || value.contains(['"', ',', '\r', '\n']) {
            self.text.push('"');
            // A leading apostrophe makes a spreadsheet show the text instead of computing it.
            self.text.push_str(if formula { "'" } else { "" });
            self.text.push_str(&value.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(value);
        }
    }

    pub(super) fn end(&mut self) {
        self.text.push_str("\r\n");
        self.fresh = true;
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    fn separate(&mut self) {
        if !self.fresh {
            self.text.push(',');
        }
        self.fresh = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[Value<'_>]) -> String {
        let mut csv = Csv::new(&["a", "b"]);
        values.iter().for_each(|value| csv.put(*value));
        csv.end();
        String::from_utf8(csv.into_bytes()).unwrap().strip_prefix("a,b\r\n").unwrap().to_owned()
    }

    #[test]
    fn quotes_commas_and_line_ends_are_quoted() {
        let written = row(&[Value::Foreign("a \"b\", c"), Value::Foreign("x\ny")]);
        assert_eq!(written, "\"a \"\"b\"\", c\",\"x\ny\"\r\n");
    }

    #[test]
    fn a_formula_of_a_stranger_stays_text() {
        let written = row(&[Value::Foreign("=HYPERLINK(1)"), Value::Foreign("@x")]);
        assert_eq!(written, "\"'=HYPERLINK(1)\",\"'@x\"\r\n");
    }

    #[test]
    fn an_unknown_number_is_empty_and_a_zero_is_not() {
        assert_eq!(row(&[Value::Number(None), Value::Number(Some(0))]), ",0\r\n");
    }
}
