//! A table as a JSON array of objects, one a line.

use std::fmt::Write as _;

use super::file::Value;

/// Rows under the names of their columns. What is not known is `null`.
pub(super) struct Json {
    columns: &'static [&'static str],
    text: String,
    /// Which column comes next.
    at: usize,
}

impl Json {
    pub(super) fn new(columns: &'static [&'static str]) -> Json {
        Json { columns, text: "[".to_owned(), at: 0 }
    }

    pub(super) fn put(&mut self, value: Value<'_>) {
        let before = match (self.at, self.text.len()) {
            (0, 1) => "\n{",
            (0, _) => ",\n{",
            _ => ",",
        };
        let name = self.columns.get(self.at).copied().unwrap_or_default();
        let _ = write!(self.text, "{before}\"{name}\":");
        self.at += 1;
        let _ = match value {
            Value::Plain(text) | Value::Foreign(text) => {
                self.text.push_str(&serde_json::Value::from(text).to_string());
                Ok(())
            }
            Value::Number(Some(number)) => write!(self.text, "{number}"),
            Value::Date(Some(date)) => write!(self.text, "\"{date}\""),
            Value::Flag(Some(flag)) => write!(self.text, "{flag}"),
            Value::Number(None) | Value::Date(None) | Value::Flag(None) => write!(self.text, "null"),
        };
    }

    pub(super) fn end(&mut self) {
        debug_assert_eq!(self.at, self.columns.len(), "a row has a cell for each column");
        self.text.push('}');
        self.at = 0;
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.text.push_str("\n]\n");
        self.text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_an_object_and_what_is_unknown_is_null() {
        let mut json = Json::new(&["name", "views", "day"]);
        for views in [Some(0), None] {
            json.put(Value::Foreign("a \"b\"\n</script>"));
            json.put(Value::Number(views));
            json.put(Value::Date(None));
            json.end();
        }
        let rows: serde_json::Value = serde_json::from_slice(&json.into_bytes()).unwrap();
        assert_eq!(rows[0], serde_json::json!({"name": "a \"b\"\n</script>", "views": 0, "day": null}));
        assert_eq!(rows[1]["views"], serde_json::Value::Null);
    }

    #[test]
    fn a_table_without_rows_is_an_empty_array() {
        let rows: serde_json::Value = serde_json::from_slice(&Json::new(&["a"]).into_bytes()).unwrap();
        assert_eq!(rows, serde_json::json!([]));
    }
}
