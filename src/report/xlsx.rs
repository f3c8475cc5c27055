//! Tables as a workbook after ECMA-376, written row by row: what is kept in memory is the compressed sheet.
//!
//! Text is written as text and nothing as a formula, so no stranger's text is ever computed. There are no times in it:
//! the same rows give the same bytes.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::Error;
use super::file::Value;
use crate::domain::Date;

/// The most rows of a sheet, its head included: a limit of the programs that read it.
pub(super) const MOST_ROWS: u64 = 1_048_576;
/// The longest text of a cell, likewise.
const LONGEST: usize = 32_767;

const EPOCH: rawzip::time::UtcDateTime = match rawzip::time::UtcDateTime::from_components(1980, 1, 1, 0, 0, 0, 0) {
    Some(day) => day,
    None => panic!("1 January 1980 is a day"),
};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Some bytes on their way into the file.
struct Part {
    deflate: DeflateEncoder<Vec<u8>>,
    crc: Crc,
}

impl Part {
    fn new(level: Compression) -> Part {
        Part { deflate: DeflateEncoder::new(Vec::new(), level), crc: Crc::new() }
    }

    fn write(&mut self, text: &str) {
        self.crc.update(text.as_bytes());
        // Memory takes everything.
        let _ = self.deflate.write_all(text.as_bytes());
    }
}

/// One sheet in the making.
pub(super) struct Grid {
    name: &'static str,
    part: Part,
    level: Compression,
    row: u64,
    column: usize,
    /// The row that is being written.
    text: String,
}

impl Grid {
    /// A sheet with its head. What goes into a bundle is compressed there once more, so a small one need not be.
    pub(super) fn new(name: &'static str, columns: &[&str], level: Compression) -> Grid {
        let mut grid = Grid { name, part: Part::new(level), level, row: 1, column: 0, text: String::new() };
        let width = columns.len().max(1);
        grid.part.write(&format!(
            "{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" \
             topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols><col min=\"1\" \
             max=\"{width}\" width=\"18\" customWidth=\"1\"/></cols><sheetData>"
        ));
        for name in columns {
            grid.cell(" s=\"1\" t=\"inlineStr\"", &format!("<is><t>{}</t></is>", escape(name)));
        }
        grid.end();
        grid
    }

    pub(super) fn put(&mut self, value: Value<'_>) {
        match value {
            Value::Plain("") | Value::Foreign("") => self.column += 1,
            Value::Plain(text) | Value::Foreign(text) => {
                self.cell(" t=\"inlineStr\"", &format!("<is><t xml:space=\"preserve\">{}</t></is>", escape(text)));
            }
            Value::Number(Some(number)) => self.cell("", &format!("<v>{number}</v>")),
            Value::Date(Some(date)) => self.cell(" s=\"2\"", &format!("<v>{}</v>", serial(date))),
            Value::Flag(Some(flag)) => self.cell(" t=\"b\"", &format!("<v>{}</v>", u8::from(flag))),
            Value::Number(None) | Value::Date(None) | Value::Flag(None) => self.column += 1,
        }
    }

    fn cell(&mut self, attributes: &str, content: &str) {
        let column = column(self.column);
        let _ = write!(self.text, "<c r=\"{column}{}\"{attributes}>{content}</c>", self.row);
        self.column += 1;
    }

    pub(super) fn end(&mut self) {
        if self.row <= MOST_ROWS {
            self.part.write(&format!("<row r=\"{}\">{}</row>", self.row, self.text));
        } else if self.row == MOST_ROWS + 1 {
            // It will be left out: what it took is free at once.
            self.part = Part::new(self.level);
        }
        self.text.clear();
        self.column = 0;
        self.row += 1;
    }

    fn fits(&self) -> bool {
        self.row <= MOST_ROWS + 1
    }
}

/// The workbook of these sheets; one that has more rows than programs can read is left out.
pub(super) fn workbook(grids: Vec<Grid>) -> Result<Vec<u8>, Error> {
    let grids: Vec<Grid> = grids.into_iter().filter(Grid::fits).collect();
    let names: Vec<&str> = grids.iter().map(|grid| grid.name).collect();
    let mut zip = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, text) in frame(&names) {
        let mut part = Part::new(Compression::new(1));
        part.write(&text);
        add(&mut zip, name, part)?;
    }
    for (at, mut grid) in grids.into_iter().enumerate() {
        grid.part.write("</sheetData></worksheet>");
        add(&mut zip, &format!("xl/worksheets/sheet{}.xml", at + 1), grid.part)?;
    }
    zip.finish().map_err(fault)
}

/// Everything but the sheets.
fn frame(names: &[&str]) -> [(&'static str, String); 5] {
    let (mut types, mut sheets, mut relations) = (String::new(), String::new(), String::new());
    for (at, name) in (1..).zip(names) {
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{at}.xml\" ContentType=\"{TYPES}.worksheet+xml\"/>"
        );
        let _ = write!(sheets, "<sheet name=\"{}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>", escape(name));
        let _ = write!(
            relations,
            "<Relationship Id=\"rId{at}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>"
        );
    }
    let styles = names.len() + 1;
    [
        (
            "[Content_Types].xml",
            format!(
                "{DECLARATION}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
                 Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default \
                 Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" \
                 ContentType=\"{TYPES}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" \
                 ContentType=\"{TYPES}.styles+xml\"/>{types}</Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "{DECLARATION}<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" \
                 Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{DECLARATION}<Relationships xmlns=\"{RELATIONS}\">{relations}<Relationship Id=\"rId{styles}\" \
                 Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        ("xl/styles.xml", format!("{DECLARATION}{}", styles_of(MAIN))),
    ]
}

/// Plain, bold for heads, and a day as ISO 8601 writes it.
fn styles_of(main: &str) -> String {
    format!(
        "<styleSheet xmlns=\"{main}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>\
         <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name \
         val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
         patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border>\
         </borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" \
         fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/><xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" \
         borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
    )
}

fn add(zip: &mut rawzip::ZipArchiveWriter<Vec<u8>>, name: &str, part: Part) -> Result<(), Error> {
    let (length, crc) = (part.deflate.total_in(), part.crc.sum());
    let deflate = part.deflate.finish().map_err(|cause| Error::Address(cause.to_string()))?;
    let file = zip.new_file(name).compression_method(rawzip::CompressionMethod::DEFLATE).last_modified(EPOCH);
    let (mut entry, config) = file.crc32(rawzip::Crc32Option::Custom(crc)).start().map_err(fault)?;
    let io = |cause: std::io::Error| Error::Address(cause.to_string());
    entry.write_all(&deflate).map_err(io)?;
    // The length is known already; the library wants to count it.
    let mut counter = config.wrap(std::io::sink());
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), length), &mut counter).map_err(io)?;
    let (_, descriptor) = counter.finish().map_err(fault)?;
    entry.finish(descriptor).map_err(fault)?;
    Ok(())
}

fn fault(cause: rawzip::Error) -> Error {
    Error::Address(format!("a workbook cannot be written: {cause}"))
}

/// `A`, `B`, … `Z`, `AA`.
fn column(at: usize) -> String {
    let letter = |at: usize| char::from(b'A' + (at % 26) as u8);
    if at < 26 { letter(at).to_string() } else { format!("{}{}", letter(at / 26 - 1), letter(at)) }
}

/// Days since 30 December 1899, which every spreadsheet counts from.
fn serial(date: Date) -> i64 {
    let epoch = Date::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    (date - epoch).num_days()
}

/// Text for XML 1.0, without what no XML may hold, and with `_x0041_` kept from being read as an escape.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices().take(LONGEST) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '_' if is_escape(&text.as_bytes()[at..]) => escaped.push_str("_x005F_"),
            '\t' | '\n' => escaped.push(c),
            '\r' => escaped.push_str("_x000D_"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

fn is_escape(bytes: &[u8]) -> bool {
    let Some(word) = bytes.get(..7) else { return false };
    word[1] == b'x' && word[6] == b'_' && word[2..6].iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;
    use std::io::Read;

    use flate2::read::DeflateDecoder;

    use super::*;

    /// The parts of a workbook by name, read with a zip reader.
    pub(in crate::report) fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
        let archive = rawzip::ZipArchive::from_slice(bytes).unwrap();
        let mut entries = archive.entries();
        let mut parts = BTreeMap::new();
        while let Some(entry) = entries.next_entry().unwrap() {
            let name = entry.file_path().try_normalize().unwrap().as_ref().to_owned();
            let entry = archive.get_entry(entry.wayfinder()).unwrap();
            let mut text = String::new();
            entry.verifying_reader(DeflateDecoder::new(entry.data())).read_to_string(&mut text).unwrap();
            parts.insert(name, text);
        }
        parts
    }

    fn book(level: u32) -> Vec<u8> {
        let mut grid = Grid::new("daily", &["name", "views", "day", "fork"], Compression::new(level));
        grid.put(Value::Foreign("=HYPERLINK(\"http://evil.example\")"));
        grid.put(Value::Number(None));
        grid.put(Value::Date("2026-11-24".parse().ok()));
        grid.put(Value::Flag(Some(true)));
        grid.end();
        grid.put(Value::Foreign("<&_x0041_\u{0}\u{b}linux_x64"));
        grid.put(Value::Number(Some(0)));
        grid.end();
        workbook(vec![grid]).unwrap()
    }

    #[test]
    fn a_workbook_is_a_zip_of_the_parts_that_it_names() {
        let parts = parts(&book(6));
        let names: Vec<&str> = parts.keys().map(String::as_str).collect();
        let wanted = ["[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml"];
        assert_eq!(names[..4], wanted);
        assert_eq!(names[4..], ["xl/workbook.xml", "xl/worksheets/sheet1.xml"]);
        assert!(parts["xl/workbook.xml"].contains("<sheet name=\"daily\" sheetId=\"1\" r:id=\"rId1\"/>"));
    }

    #[test]
    fn a_formula_of_a_stranger_is_a_text_and_unknown_is_an_empty_cell() {
        let sheet = &parts(&book(0))["xl/worksheets/sheet1.xml"];
        assert!(!sheet.contains("<f>"), "{sheet}");
        let text =
            "<c r=\"A2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=HYPERLINK(&quot;http://evil.example&quot;)";
        assert!(sheet.contains(text), "{sheet}");
        assert!(!sheet.contains("r=\"B2\""), "{sheet}");
        assert!(sheet.contains("<c r=\"C2\" s=\"2\"><v>46350</v></c><c r=\"D2\" t=\"b\"><v>1</v></c>"), "{sheet}");
        assert!(sheet.contains("&lt;&amp;_x005F_x0041_linux_x64</t>"), "{sheet}");
        assert!(sheet.contains("<c r=\"B3\"><v>0</v></c>"), "{sheet}");
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        assert_eq!(book(6), book(6));
    }

    #[test]
    fn a_sheet_with_more_rows_than_programs_read_is_left_out() {
        let mut full = Grid::new("full", &["n"], Compression::new(1));
        full.row = MOST_ROWS;
        full.end();
        let mut over = Grid::new("over", &["n"], Compression::new(1));
        over.row = MOST_ROWS;
        over.end();
        over.end();
        let parts = parts(&workbook(vec![full, over]).unwrap());
        assert!(parts["xl/workbook.xml"].contains("\"full\"") && !parts["xl/workbook.xml"].contains("\"over\""));
    }

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        assert_eq!([0, 25, 26, 51, 52].map(column), ["A", "Z", "AA", "AZ", "BA"]);
    }
}
