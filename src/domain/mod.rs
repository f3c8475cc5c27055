//! What Tollgate is about, as plain values: no async, no I/O, no clock, no environment.
//!
//! Everything here is decided from its arguments alone. `now` is an argument wherever time matters,
//! so each rule can be tested exhaustively and replayed exactly.

/// A text of one checked form: made by parsing only, written and read as the text it is.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $fault:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $fault;

            fn from_str(text: &str) -> Result<Self, $fault> {
                $check(text).then(|| $name(text.to_owned())).ok_or_else(|| $fault(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = $fault;

            fn try_from(text: String) -> Result<Self, $fault> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub mod calendar;
pub mod collection;
pub mod downloads;
pub mod finding;
pub mod plan;
pub mod policy;
pub mod ranking;
pub mod release;
pub mod repo;
pub mod signal;
pub mod table;
pub mod traffic;
pub mod uniques;

/// A UTC calendar date. GitHub aligns its traffic days to UTC midnight.
pub type Date = chrono::NaiveDate;

/// A moment in UTC.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
