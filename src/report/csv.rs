//! Comma-separated values after RFC 4180, written so that no spreadsheet takes a stranger's text for a formula.

use std::fmt::Write as _;

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

    /// Text of ours: dates, states and the like.
    pub(super) fn plain(&mut self, value: &str) -> &mut Csv {
        self.separate();
        self.text.push_str(value);
        self
    }

    pub(super) fn number(&mut self, value: Option<u64>) -> &mut Csv {
        self.separate();
        if let Some(value) = value {
            let _ = write!(self.text, "{value}");
        }
        self
    }

    /// Anything that prints without commas, quotes or line ends.
    pub(super) fn show(&mut self, value: impl std::fmt::Display) -> &mut Csv {
        self.separate();
        let _ = write!(self.text, "{value}");
        self
    }

    /// Text that somebody else wrote.
    pub(super) fn foreign(&mut self, value: &str) -> &mut Csv {
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
        self
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

    fn row(write: impl FnOnce(&mut Csv)) -> String {
        let mut csv = Csv::new(&["a", "b"]);
        write(&mut csv);
        csv.end();
        String::from_utf8(csv.into_bytes()).unwrap().strip_prefix("a,b\r\n").unwrap().to_owned()
    }

    #[test]
    fn quotes_commas_and_line_ends_are_quoted() {
        assert_eq!(row(|csv| _ = csv.foreign("a \"b\", c").foreign("x\ny")), "\"a \"\"b\"\", c\",\"x\ny\"\r\n");
    }

    #[test]
    fn a_formula_of_a_stranger_stays_text() {
        assert_eq!(row(|csv| _ = csv.foreign("=HYPERLINK(1)").foreign("@x")), "\"'=HYPERLINK(1)\",\"'@x\"\r\n");
    }

    #[test]
    fn an_unknown_number_is_empty_and_a_zero_is_not() {
        assert_eq!(row(|csv| _ = csv.number(None).number(Some(0))), ",0\r\n");
    }
}
