//! Parquet: every column may lack a value; dates, moments, flags and texts are marked as such.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::Error;
use crate::domain::table::{Column, Kind, Row, Table, Value};

/// Rows that are held until they are written column by column.
const GROUP: usize = 50_000;
/// Rows that are read at a time.
const BATCH: usize = 10_000;

/// A file in the making.
pub(super) struct Writer {
    path: PathBuf,
    table: Table,
    rows: Vec<Row>,
    parquet: SerializedFileWriter<File>,
}

impl Writer {
    pub(super) fn create(path: &Path, table: &Table) -> Result<Writer, Error> {
        let unwritten = |error: &dyn ToString| Error::unwritten(path, error.to_string());
        let file = File::create(path).map_err(|error| unwritten(&error))?;
        let properties = WriterProperties::builder().set_compression(Compression::GZIP(Default::default()));
        let schema = schema(table).map_err(|error| unwritten(&error))?;
        let parquet = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build()));
        let parquet = parquet.map_err(|error| unwritten(&error))?;
        Ok(Writer { path: path.to_owned(), table: *table, rows: Vec::new(), parquet })
    }

    pub(super) fn row(&mut self, row: &[Value]) -> Result<(), Error> {
        self.rows.push(row.to_vec());
        if self.rows.len() < GROUP { Ok(()) } else { self.group() }
    }

    fn group(&mut self) -> Result<(), Error> {
        let columns: Vec<Filled> = self
            .table
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                Filled::of(column, self.rows.iter().map(|row| &row[at]))
                    .ok_or_else(|| out_of_range(&self.table, column))
            })
            .collect::<Result<_, _>>()?;
        self.rows.clear();
        let write = || {
            let mut group = self.parquet.next_row_group()?;
            for column in columns {
                if let Some(writer) = group.next_column()? {
                    column.write(writer)?;
                }
            }
            group.close()
        };
        write().map_err(|error| Error::unwritten(&self.path, error))?;
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), Error> {
        if !self.rows.is_empty() {
            self.group()?;
        }
        let unwritten = |error: &dyn ToString| Error::unwritten(&self.path, error.to_string());
        let file = self.parquet.into_inner().map_err(|error| unwritten(&error))?;
        file.sync_all().map_err(|error| unwritten(&error))
    }
}

fn out_of_range(table: &Table, column: &Column) -> Error {
    Error::Value { table: table.name, column: column.name, what: "a date that Parquet has no number for".into() }
}

fn schema(table: &Table) -> Result<Type, ParquetError> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind {
            Kind::Integer => (Physical::INT64, None),
            Kind::Flag => (Physical::BOOLEAN, None),
            Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
            Kind::Moment => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let field = Type::primitive_type_builder(column.name, physical).with_repetition(Repetition::OPTIONAL);
        field.with_logical_type(logical).build().map(Arc::new)
    };
    let fields = table.columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder(table.name).with_fields(fields).build()
}

/// The values of one column that are there, and for each row whether one is.
struct Filled {
    there: Vec<i16>,
    values: Values,
}

enum Values {
    Flags(Vec<bool>),
    Dates(Vec<i32>),
    Integers(Vec<i64>),
    Texts(Vec<ByteArray>),
}

impl Filled {
    /// `None` where a date does not fit.
    fn of<'v>(column: &Column, values: impl Iterator<Item = &'v Value> + Clone) -> Option<Filled> {
        let there = values.clone().map(|value| i16::from(*value != Value::Null)).collect();
        let integers = values.clone().filter_map(|value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        });
        let texts = values.filter_map(|value| match value {
            Value::Text(text) => Some(ByteArray::from(text.as_str())),
            _ => None,
        });
        let values = match column.kind {
            Kind::Text => Values::Texts(texts.collect()),
            Kind::Flag => Values::Flags(integers.map(|flag| flag == 1).collect()),
            Kind::Date => Values::Dates(integers.map(|date| i32::try_from(date).ok()).collect::<Option<_>>()?),
            Kind::Integer | Kind::Moment => Values::Integers(integers.collect()),
        };
        Some(Filled { there, values })
    }

    fn write(&self, mut writer: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let there = Some(&self.there[..]);
        match &self.values {
            Values::Flags(flags) => writer.typed::<BoolType>().write_batch(flags, there, None)?,
            Values::Dates(dates) => writer.typed::<Int32Type>().write_batch(dates, there, None)?,
            Values::Integers(integers) => writer.typed::<Int64Type>().write_batch(integers, there, None)?,
            Values::Texts(texts) => writer.typed::<ByteArrayType>().write_batch(texts, there, None)?,
        };
        writer.close()
    }
}

/// Reads a file row by row.
pub(super) fn read<E: From<Error>>(
    path: &Path,
    columns: &[(String, Kind)],
    mut each: impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let torn = |error: &dyn ToString| Error::torn(path, error.to_string());
    let file = File::open(path).map_err(|error| torn(&error))?;
    let parquet = SerializedFileReader::new(file).map_err(|error| torn(&error))?;
    let schema = parquet.metadata().file_metadata().schema_descr();
    let named = schema.columns().iter().map(|column| column.name());
    if !named.eq(columns.iter().map(|(name, _)| name)) {
        return Err(Error::torn(path, "it has other columns").into());
    }
    for number in 0..parquet.num_row_groups() {
        let group = parquet.get_row_group(number).map_err(|error| torn(&error))?;
        let mut readers = readers(path, &*group, columns)?;
        let mut left = usize::try_from(group.metadata().num_rows()).map_err(|error| torn(&error))?;
        while left > 0 {
            let batch = left.min(BATCH);
            left -= batch;
            let read = |reader: &mut Reader| reader.next(batch).map_err(|error| Error::torn(path, error));
            let read = readers.iter_mut().map(read).collect::<Result<Vec<_>, Error>>()?;
            let mut read: Vec<_> = read.into_iter().map(Vec::into_iter).collect();
            for _ in 0..batch {
                each(read.iter_mut().filter_map(Iterator::next).collect())?;
            }
        }
    }
    Ok(())
}

/// One column of a group of rows.
enum Reader {
    Flags(ColumnReaderImpl<BoolType>),
    Dates(ColumnReaderImpl<Int32Type>),
    Integers(ColumnReaderImpl<Int64Type>),
    Texts(ColumnReaderImpl<ByteArrayType>),
}

fn readers(path: &Path, group: &dyn RowGroupReader, columns: &[(String, Kind)]) -> Result<Vec<Reader>, Error> {
    let reader = |(at, (name, kind)): (usize, &(String, Kind))| {
        let reader = group.get_column_reader(at).map_err(|error| Error::torn(path, error.to_string()))?;
        match (kind, reader) {
            (Kind::Flag, ColumnReader::BoolColumnReader(flags)) => Ok(Reader::Flags(flags)),
            (Kind::Date, ColumnReader::Int32ColumnReader(dates)) => Ok(Reader::Dates(dates)),
            (Kind::Integer | Kind::Moment, ColumnReader::Int64ColumnReader(numbers)) => Ok(Reader::Integers(numbers)),
            (Kind::Text, ColumnReader::ByteArrayColumnReader(texts)) => Ok(Reader::Texts(texts)),
            _ => Err(Error::torn(path, format!("its column `{name}` is of another kind"))),
        }
    };
    columns.iter().enumerate().map(reader).collect()
}

impl Reader {
    /// The next `rows` values of the column.
    fn next(&mut self, rows: usize) -> Result<Vec<Value>, String> {
        match self {
            Reader::Flags(flags) => values(flags, rows, |flag| Some(Value::Integer(flag.into()))),
            Reader::Dates(dates) => values(dates, rows, |date| Some(Value::Integer(date.into()))),
            Reader::Integers(integers) => values(integers, rows, |number| Some(Value::Integer(number))),
            Reader::Texts(texts) => {
                values(texts, rows, |text| text.as_utf8().ok().map(|text| Value::Text(text.to_owned())))
            }
        }
    }
}

fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    value: impl Fn(T::T) -> Option<Value>,
) -> Result<Vec<Value>, String> {
    let (mut there, mut present) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    while there.len() < rows {
        let more = reader.read_records(rows - there.len(), Some(&mut there), None, &mut present);
        let (records, ..) = more.map_err(|error| error.to_string())?;
        if records == 0 {
            return Err("a column has fewer values than there are rows".into());
        }
    }
    let mut present = present.into_iter();
    let mut next = || present.next().and_then(&value).ok_or("a text is not UTF-8");
    let all = there.iter().map(|level| if *level == 0 { Ok(Value::Null) } else { next() });
    Ok(all.collect::<Result<_, _>>()?)
}
