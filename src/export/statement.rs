//! What an export says of itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::{Error, Format};
use crate::domain::table::{Kind, Table, Value};

/// What this version writes, and the newest that it reads.
pub(super) const VERSION: u32 = 1;

/// What an export holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The version of the form.
    pub version: u32,
    /// The program that wrote it.
    pub generator: String,
    /// How the rows are written.
    pub format: Format,
    /// The tables, in the order they must be read in.
    pub tables: Vec<Contents>,
    /// SHA-256 of each file of a folder. A broken file is known by it before anything tries to read it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
}

/// What an export holds of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Its name.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 of the rows in their order, in hexadecimal digits: of equal rows the same in every format.
    pub sha256: String,
    /// What its rows hold.
    pub columns: Vec<Noted>,
}

/// A column, as it is noted down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Its name.
    pub name: String,
    /// What its values are: `integer`, `flag`, `date`, `moment` or `text`.
    pub kind: String,
}

impl Statement {
    pub(super) fn new(format: Format, tables: Vec<Contents>, files: BTreeMap<String, String>) -> Statement {
        let generator = concat!("tollgate ", env!("CARGO_PKG_VERSION")).to_owned();
        Statement { version: VERSION, generator, format, tables, files }
    }

    pub(super) fn write(&self, file: &Path) -> Result<(), Error> {
        let write = || {
            let mut text = serde_json::to_string_pretty(self)?;
            text.push('\n');
            let mut open = File::create(file)?;
            open.write_all(text.as_bytes())?;
            open.sync_all()
        };
        write().map_err(|error| Error::unwritten(file, error))
    }
}

pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "integer",
        Kind::Flag => "flag",
        Kind::Date => "date",
        Kind::Moment => "moment",
        Kind::Text => "text",
    }
}

/// Rows on their way, counted and digested.
pub(super) struct Digest {
    rows: u64,
    context: Context,
}

impl Digest {
    pub(super) fn new() -> Digest {
        Digest { rows: 0, context: Context::new(&SHA256) }
    }

    /// Each value with its kind, and texts with their length, so that no two rows look alike.
    pub(super) fn row(&mut self, row: &[Value]) {
        self.rows += 1;
        for value in row {
            match value {
                Value::Null => self.context.update(&[0]),
                Value::Integer(number) => {
                    self.context.update(&[1]);
                    self.context.update(&number.to_be_bytes());
                }
                Value::Text(text) => {
                    self.context.update(&[2]);
                    self.context.update(&(text.len() as u64).to_be_bytes());
                    self.context.update(text.as_bytes());
                }
            }
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn hex(self) -> String {
        hex(self.context)
    }

    pub(super) fn of(self, table: &Table) -> Contents {
        let noted =
            table.columns.iter().map(|column| Noted { name: column.name.into(), kind: word(column.kind).into() });
        Contents { name: table.name.into(), rows: self.rows, columns: noted.collect(), sha256: self.hex() }
    }
}

/// SHA-256 of a file's bytes.
pub(super) fn of_file(path: &Path) -> std::io::Result<String> {
    let (mut file, mut context, mut buffer) = (File::open(path)?, Context::new(&SHA256), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(context)),
            read => context.update(&buffer[..read]),
        }
    }
}

fn hex(context: Context) -> String {
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
