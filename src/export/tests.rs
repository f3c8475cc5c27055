use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::domain::table::{Column, Kind, Row};

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

static THINGS: Table = Table {
    name: "things",
    columns: &[
        column("key", Kind::Integer),
        column("date", Kind::Date),
        column("seen", Kind::Moment),
        column("private", Kind::Flag),
        column("note", Kind::Text),
    ],
};
static NOTES: Table = Table { name: "notes", columns: &[column("note", Kind::Text)] };
static TABLES: &[Table] = &[THINGS, NOTES];

const FORMATS: [Format; 3] = [Format::Csv, Format::Jsonl, Format::Parquet];

fn export(format: Format, path: &Path, things: &[Row], notes: &[Row]) -> Statement {
    let mut export = Export::create(format, Some(path)).unwrap();
    for (table, rows) in [(&THINGS, things), (&NOTES, notes)] {
        export.table(table).unwrap();
        rows.iter().for_each(|row| export.row(row).unwrap());
    }
    export.finish().unwrap()
}

fn read(archive: &Archive, table: &Table) -> Vec<Row> {
    let mut rows = Vec::new();
    let take = |batch: &[Row]| {
        rows.extend_from_slice(batch);
        Ok::<(), Error>(())
    };
    archive.read(table, take).unwrap();
    rows
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export");
    (folder, path)
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn sample() -> Vec<Row> {
    let thing = |key, date, seen, private, note| {
        vec![Value::Integer(key), Value::Integer(date), Value::Integer(seen), private, note]
    };
    vec![
        thing(1, 20_455, 1_767_323_045_000_006, Value::Integer(1), text("a,b \"c\"")),
        thing(2, -1, -1, Value::Integer(0), text("")),
        thing(3, 2_932_896, 253_402_300_799_999_999, Value::Null, Value::Null),
        thing(4, 2_932_897, 253_402_300_800_000_000, Value::Null, text("\\N")),
        vec![Value::Null; 5],
    ]
}

#[test]
fn each_format_shows_values_as_it_shows_them_best() {
    let (_folder, path) = place();
    export(Format::Csv, &path, &sample(), &[]);
    let csv = fs::read_to_string(path.join("things.csv")).unwrap();
    let expected = "key,date,seen,private,note\n\
                    1,2026-01-02,2026-01-02T03:04:05.000006Z,true,\"a,b \"\"c\"\"\"\n\
                    2,1969-12-31,1969-12-31T23:59:59.999999Z,false,\n\
                    3,9999-12-31,9999-12-31T23:59:59.999999Z,\\N,\\N\n\
                    4,2932897,253402300800000000,\\N,\\\\N\n\
                    \\N,\\N,\\N,\\N,\\N\n";
    assert_eq!(csv, expected);
    let (_folder, path) = place();
    export(Format::Jsonl, &path, &sample()[..1], &[]);
    let jsonl = fs::read_to_string(&path).unwrap();
    let row = r#"{"table":"things","key":1,"date":"2026-01-02","seen":"2026-01-02T03:04:05.000006Z","private":true,"note":"a,b \"c\""}"#;
    assert_eq!(jsonl.lines().next(), Some(row));
    assert!(jsonl.ends_with("}\n") && jsonl.lines().count() == 2, "{jsonl}");
}

#[test]
fn what_comes_back_is_what_went_out_and_equal_rows_have_equal_digests() {
    let statements = FORMATS.map(|format| {
        let (_folder, path) = place();
        let statement = export(format, &path, &sample(), &[vec![text("x")], vec![text("")], vec![Value::Null]]);
        let archive = Archive::open(&path, TABLES).unwrap();
        assert_eq!(read(&archive, &THINGS), sample(), "{format:?}");
        assert_eq!(read(&archive, &NOTES), [vec![text("x")], vec![text("")], vec![Value::Null]], "{format:?}");
        assert_eq!(*archive.statement(), statement);
        statement.tables
    });
    assert_eq!(statements[0], statements[1]);
    assert_eq!(statements[0], statements[2]);
    assert_eq!((statements[0][0].rows, statements[0][1].rows), (5, 3));
}

/// More rows than are held or read at a time.
#[test]
fn many_rows_come_back_in_batches() {
    let rows: Vec<Row> = (0..50_001).map(|n| vec![text(&n.to_string())]).collect();
    for format in FORMATS {
        let (_folder, path) = place();
        export(format, &path, &[], &rows);
        let archive = Archive::open(&path, TABLES).unwrap();
        let mut sizes = Vec::new();
        let take = |batch: &[Row]| {
            sizes.push(batch.len());
            Ok::<(), Error>(())
        };
        archive.read(&NOTES, take).unwrap();
        assert_eq!(sizes, [10_000, 10_000, 10_000, 10_000, 10_000, 1], "{format:?}");
        assert_eq!(read(&archive, &NOTES), rows);
    }
}

#[test]
fn a_file_that_lost_its_end_or_a_byte_is_refused() {
    for format in FORMATS {
        let (_folder, path) = place();
        export(format, &path, &sample(), &[vec![text("x")]]);
        let file = if format == Format::Jsonl { path.clone() } else { path.join(format.file("things")) };
        let whole = fs::read(&file).unwrap();
        let accepted = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            Archive::open(&path, TABLES).is_ok_and(|archive| {
                assert_eq!(read(&archive, &THINGS), sample(), "{format:?}");
                true
            })
        };
        for end in (0..whole.len()).step_by(29).chain([whole.len() - 1]) {
            assert!(!accepted(&whole[..end]), "{format:?} cut to {end}");
        }
        // What JSON lines say of the program that wrote them, no row depends on.
        let matters = if format == Format::Jsonl {
            whole.windows(12).position(|word| word == b"\"statement\":").unwrap()
        } else {
            whole.len()
        };
        for at in (0..matters).step_by(3) {
            let mut other = whole.clone();
            other[at] ^= 1;
            assert!(!accepted(&other), "{format:?} at {at}");
        }
        assert!(accepted(&whole));
    }
}

#[test]
fn a_row_more_another_row_a_file_less_and_an_unfinished_export_are_told_apart() {
    let told = |path: &Path| Archive::open(path, TABLES).unwrap_err().to_string().replace(path.to_str().unwrap(), "E");
    let hint = "hint: copy it again from where it was made, or export anew; nothing was imported";
    let (_folder, path) = place();
    export(Format::Jsonl, &path, &[], &[vec![text("x")]]);
    let whole = fs::read_to_string(&path).unwrap();
    let (row, statement) = whole.split_once('\n').unwrap();
    fs::write(&path, format!("{row}\n{row}\n{statement}")).unwrap();
    assert_eq!(told(&path), format!("the export `E` was torn or altered: `notes` has 2 rows, not 1\n\n{hint}"));
    fs::write(&path, whole.replacen("\"x\"", "\"y\"", 1)).unwrap();
    let what = "the rows of `notes` are not those that were written";
    assert_eq!(told(&path), format!("the export `E` was torn or altered: {what}\n\n{hint}"));
    fs::write(&path, format!("{row}\nnoise\n{statement}")).unwrap();
    assert!(told(&path).contains("a line between its rows cannot be read"), "{}", told(&path));
    fs::write(&path, row).unwrap();
    assert!(told(&path).contains("its statement, which is written last, is missing or cut"), "{}", told(&path));
    let (_folder, path) = place();
    export(Format::Csv, &path, &sample(), &[vec![text("x")]]);
    fs::write(path.join("notes.csv"), "note\ny\n").unwrap();
    let what = "it is not the file that was written";
    assert_eq!(told(&path), format!("the export `E/notes.csv` was torn or altered: {what}\n\n{hint}"));
    fs::remove_file(path.join("notes.csv")).unwrap();
    assert!(told(&path).starts_with("the export `E/notes.csv` was torn or altered: "), "{}", told(&path));
    fs::remove_file(path.join(STATEMENT)).unwrap();
    assert_eq!(
        told(&path),
        "`E` is no export of Tollgate: `tollgate.json` cannot be read: No such file or directory (os error 2)\n\n\
         hint: give the folder, or the file of JSON lines, that `tollgate export` wrote"
    );
}

#[test]
fn an_export_of_a_newer_version_is_refused_and_an_older_one_is_read() {
    let (_folder, path) = place();
    export(Format::Csv, &path, &sample(), &[]);
    let told =
        |tables: &[Table]| Archive::open(&path, tables).unwrap_err().to_string().replace(path.to_str().unwrap(), "E");
    let unknown = "which this version of Tollgate does not know\n\nhint: import it with the version that wrote it, or a newer one";
    assert_eq!(told(&[NOTES]), format!("the export `E` has a table `things`, {unknown}"));
    let less = Table { name: "things", columns: &THINGS.columns[..4] };
    assert_eq!(told(&[less, NOTES]), format!("the export `E` has in table `things` a column `note` (text), {unknown}"));
    const MORE: Table = Table {
        name: "things",
        columns: &[
            column("note", Kind::Text),
            column("fresh", Kind::Integer),
            column("key", Kind::Integer),
            column("date", Kind::Date),
            column("seen", Kind::Moment),
            column("private", Kind::Flag),
        ],
    };
    let archive = Archive::open(&path, &[MORE, NOTES]).unwrap();
    assert_eq!(read(&archive, &MORE)[1][..3], [text(""), Value::Null, Value::Integer(2)]);
    let statement = fs::read_to_string(path.join(STATEMENT)).unwrap();
    fs::write(path.join(STATEMENT), statement.replace("\"version\": 1", "\"version\": 2")).unwrap();
    assert_eq!(told(TABLES), format!("the export `E` is of version 2, {unknown}"));
}

#[test]
fn nothing_is_written_over_and_what_is_given_up_leaves_nothing() {
    for format in FORMATS {
        let (folder, path) = place();
        let begun = Export::create(format, Some(&path)).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "it is made beside its place");
        drop(begun);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{format:?}");
        fs::create_dir(&path).unwrap();
        if format != Format::Jsonl {
            export(format, &path, &[], &[]);
        }
        let again = Export::create(format, Some(&path)).err().unwrap().to_string();
        let hint = "hint: name a place that does not exist yet, or empty it";
        assert_eq!(again, format!("`{}` holds something already\n\n{hint}", path.display()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    assert!(matches!(Export::create(Format::Csv, None), Err(Error::NoStream)));
}

/// An export names private repositories.
#[cfg(unix)]
#[cfg(unix)]
#[test]
fn what_is_neither_a_file_nor_a_folder_is_not_empty() {
    let (folder, path) = place();
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
    for place in [folder.path().join("socket"), path, PathBuf::from("/dev/null")] {
        for format in FORMATS {
            let refused = Export::create(format, Some(&place)).map(drop).unwrap_err();
            assert!(matches!(refused, Error::Occupied { .. }), "{}: {refused}", place.display());
        }
    }
    drop(socket);
}

#[test]
fn an_export_is_for_its_owner_unless_its_place_says_otherwise() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for format in FORMATS {
        let (_folder, path) = place();
        export(format, &path, &[], &[]);
        assert_eq!(mode(&path), if format == Format::Jsonl { 0o600 } else { 0o700 }, "{format:?}");
    }
    let (_folder, path) = place();
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
    export(Format::Csv, &path, &[], &[]);
    assert_eq!(mode(&path), 0o750);
}

#[test]
fn a_row_that_is_not_of_its_table_is_refused() {
    let (_folder, path) = place();
    let mut export = Export::create(Format::Csv, Some(&path)).unwrap();
    export.table(&THINGS).unwrap();
    let mut told = |row: &[Value]| export.row(row).unwrap_err().to_string();
    assert!(told(&[Value::Null]).starts_with("table `things`, column `note` holds a row of 1 values"));
    let mut row = vec![Value::Null; 5];
    row[3] = Value::Integer(2);
    assert!(told(&row).starts_with("table `things`, column `private` holds 2, which is neither 0 nor 1\n\nhint: "));
    row[3] = text("yes");
    assert!(told(&row).contains("column `private` holds Text(\"yes\"), which is of another kind"));
}

fn any_text() -> impl Strategy<Value = Value> {
    let odd = prop::sample::select(vec![
        "", "\\N", "\\", "\"", "\"\"", "\r\n", "\n", "\r", ",", " x ", "é", "\u{0}", "🦀", "null",
    ]);
    prop_oneof![
        Just(Value::Null),
        odd.prop_map(text),
        prop::collection::vec(prop::sample::select(vec!["\\", "N", "\"", ",", "\r", "\n", "ü", "x", "\u{feff}"]), 0..6)
            .prop_map(|parts| text(&parts.concat())),
        prop::collection::vec(any::<char>(), 0..12).prop_map(|chars| Value::Text(chars.into_iter().collect())),
    ]
}

fn any_integer() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        prop::sample::select(vec![i64::MIN, i64::MAX, 0, -1, 1]).prop_map(Value::Integer),
        any::<i64>().prop_map(Value::Integer),
        (0..100_000_i64).prop_map(Value::Integer),
    ]
}

fn any_row() -> impl Strategy<Value = Row> {
    let date = prop_oneof![Just(Value::Null), any::<i32>().prop_map(|date| Value::Integer(date.into()))];
    let flag = prop_oneof![Just(Value::Null), (0..=1_i64).prop_map(Value::Integer)];
    (any_integer(), date, any_integer(), flag, any_text())
        .prop_map(|(key, date, seen, private, note)| vec![key, date, seen, private, note])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_rows_come_back_as_they_were(
        things in prop::collection::vec(any_row(), 0..20),
        notes in prop::collection::vec(any_text().prop_map(|note| vec![note]), 0..20),
    ) {
        let mut digests = Vec::new();
        for format in FORMATS {
            let (_folder, path) = place();
            digests.push(export(format, &path, &things, &notes).tables);
            let archive = Archive::open(&path, TABLES).unwrap();
            prop_assert_eq!(read(&archive, &THINGS), things.clone(), "{:?}", format);
            prop_assert_eq!(read(&archive, &NOTES), notes.clone(), "{:?}", format);
        }
        prop_assert!(digests.iter().all(|tables| *tables == digests[0]));
    }
}
