//! Files that are not what they should be: an error that says what and where, or a table, and never a panic.

use std::time::{Duration, Instant};

use monograd::prelude::*;

use crate::Scratch;

/// A small file with everything in it: quotes, a missing cell, line ends of Windows.
const SMALL: &str = "size,kind,\"a \"\"note\"\"\"\r\n1.5,iris,\"x, y\"\r\n-2e3,,\"two\r\nlines\"\r\n.25,rosé,z\r\n";

fn message(settings: Csv, text: impl AsRef<[u8]>) -> String {
    settings.parse(text).expect_err("the text is bad").to_string()
}

fn bad(text: impl AsRef<[u8]>) -> String {
    message(Csv::default(), text)
}

#[test]
fn files_without_rows() {
    let expected = "expected a line of column names, then rows";
    for text in ["", "\u{feff}", "\r\n\n\n"] {
        assert_eq!(bad(text), format!("`text`: the file is empty, {expected}"));
    }
    assert_eq!(message(Csv::default().header(false), ""), "`text`: the file is empty, expected rows");
    assert_eq!(bad("a,b\n\n"), "`text`: the file is a line of names without rows, expected 1 row or more");
}

#[test]
fn rows_of_other_lengths() {
    assert_eq!(
        bad("a,b\n1,2\n\n3\n"),
        "`text`, line 4: the number of fields is 1, expected 2, as in the first line"
    );
    assert_eq!(bad("a,b\n1,2,3\n"), "`text`, line 2: the number of fields is 3, expected 2, as in the first line");
    let message = message(Csv::default().names(["a"]), "x,y\n1,2\n");
    assert_eq!(message, "`text`, line 1: the number of fields is 2, expected 1, as many as names are given");
}

#[test]
fn names_that_are_there_twice_or_not_at_all() {
    assert_eq!(
        bad("a,b,a\n1,2,3\n"),
        "`text`, line 1: the name of column 3 is `a`, expected another than that of column 1\n\
         help: a file without a line of names is read by `Csv::default().header(false)`"
    );
    assert_eq!(
        message(Csv::default().numbers(["prise"]), "price,b\n1,2\n"),
        "`text`: the column `prise` of `numbers` is not there, expected one of `price`, `b`\n\
         help: did you mean `price`?"
    );
}

#[test]
fn numbers_that_are_none() {
    for (number, help) in [
        ("nan", "\nhelp: `Csv::default().missing([\"nan\"])` takes it as a missing cell"),
        ("inf", ""),
        ("-Infinity", ""),
        ("1e999", ""),
    ] {
        let expected =
            format!("`text`, line 3: the column `a` is `{number}`, expected a finite number of at most 3.4e38{help}");
        assert_eq!(bad(format!("b,a\nx,1\ny,{number}\nz,2\n")), expected);
    }
    for number in ["3,5", "1,234.5", "1'000"] {
        let expected = format!(
            "`text`, line 3: the column `a` is `{number}`, expected a number with a decimal point and no other marks"
        );
        assert_eq!(message(Csv::default().delimiter(b';'), format!("a;b\n1;x\n{number};y\n")), expected);
    }
    let message = message(Csv::default().numbers(["a"]), "a\n1\nten\n");
    assert_eq!(message, "`text`, line 3: the column `a` is `ten`, expected a number");
    let text = Csv::default().parse("a\nnan\nten\n1e999\n").expect("it is a column of text");
    assert_eq!(text.texts("a").unwrap(), [Some("nan"), Some("ten"), Some("1e999")]);
}

#[test]
fn bytes_that_are_no_text() {
    let expected = "expected text in UTF-8\nhelp: editors can save the file as UTF-8";
    assert_eq!(bad(b"a,b\n1,\xff\n"), format!("`text`, line 2: the column `b` is not UTF-8, {expected}"));
    // Each field alone, although both together would be one letter.
    assert_eq!(bad(b"a,b\n\xc3,\xa9\n"), format!("`text`, line 2: the column `a` is not UTF-8, {expected}"));
    for text in [b"\xff\xfea\0\n\0", b"\xfe\xff\0a\0\n"] {
        assert_eq!(bad(text), format!("`text`, byte 0: the content is UTF-16, {expected}"));
    }
}

#[test]
fn files_that_are_no_text() {
    let sheet = "expected text in UTF-8\nhelp: spreadsheet programs can save a sheet as CSV in UTF-8";
    let zip = "a ZIP archive, as spreadsheets are (50 4b 03 04)";
    assert_eq!(bad(b"PK\x03\x04\x14\0\x06\0"), format!("`text`, byte 0: the content is {zip}, {sheet}"));
    let old = "an old spreadsheet (d0 cf 11 e0)";
    assert_eq!(bad(b"\xd0\xcf\x11\xe0\xa1"), format!("`text`, byte 0: the content is {old}, {sheet}"));
    let npy = "an NPY file, expected text in UTF-8\nhelp: `files::read_npy` reads NPY files";
    assert_eq!(bad(b"\x93NUMPY\x01\0"), format!("`text`, byte 0: the content is {npy}"));
    for unmarked in [b"a\0,\0b\0\n\0", b"\0a\0,\0b\0\n"] {
        let found = "UTF-16, or no text: one of its first two bytes is 0";
        let expected = "expected text in UTF-8\nhelp: editors can save the file as UTF-8";
        assert_eq!(bad(unmarked), format!("`text`, byte 0: the content is {found}, {expected}"));
    }
}

#[test]
fn text_that_is_compressed() {
    let expected = "byte 0: the content is compressed by gzip (1f 8b), expected text in UTF-8\n\
                    help: decompress it first, by `gunzip` for example";
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03";
    assert_eq!(bad(gzip), format!("`text`, {expected}"));
    let file = Scratch::new("compressed.csv.gz", gzip);
    let error = Table::read(file.path()).map(|_| ()).expect_err("it is compressed").to_string();
    assert_eq!(error, format!("`{}`, {expected}", file.path().display()));
}

/// What helps where text follows a closing quote.
const TWICE: &str =
    "a quote in a text in quotes is written twice; `Csv::default().quoting(false)` takes quotes as they are";

#[test]
fn text_after_a_closing_quote() {
    let expected = format!("expected `,` or the end of the line after its closing quote\nhelp: {TWICE}");
    for (cell, rest) in [("\"8\"80", "80"), ("\"\" ", " "), ("\"a\"\"\"b\"c\"", "b\"c\""), ("\"a\"\u{e9}", "\u{e9}")] {
        for end in ["", "\n", "\r\n", "\n2,\"3\"\n"] {
            let message = format!("`text`, line 2: the column `b` is a text in quotes and then `{rest}`, {expected}");
            assert_eq!(bad(format!("a,b\n1,{cell}{end}")), message);
            let rows = Csv::default().quoting(false).parse(format!("a,b\n1,{cell}{end}")).expect("quotes are letters");
            assert_eq!(rows.texts("b").expect("it is there")[0], Some(cell));
        }
        let message = format!("`text`, line 1: the column 2 is a text in quotes and then `{rest}`, {expected}");
        assert_eq!(bad(format!("\u{feff}a,{cell},c\n1,2,3\n")), message);
        let message = format!("`text`, line 1: the column 1 is a text in quotes and then `{rest}`, {expected}");
        assert_eq!(bad(format!("\u{feff}\u{feff}{cell}\n1\n")), message);
    }
    let message = message(Csv::default().delimiter(b'\t'), "a\tb\n\"1\",2\t3\n");
    assert!(message.contains("line 2: the column `a` is a text in quotes and then `,2`, expected `\\t` or the end"));
}

#[test]
fn rows_within_a_quote_that_lacks_its_end() {
    for (rows, end) in [(1004, "\n"), (1004, "\r\n"), (1 << 18, "\n")] {
        let mut text = format!("n,kind{end}");
        for row in 1..=rows {
            text += &format!("{row},{}{end}", if row == 2 || row == rows - 1 { "\"A" } else { "A" });
        }
        let expected = format!(
            "`text`, line 3: the column `kind` is a text in quotes up to line {rows} and then `A`, \
             expected `,` or the end of the line after its closing quote\nhelp: a quote may lack its end; {TWICE}"
        );
        assert_eq!(bad(&text), expected);
        let table = Csv::default().quoting(false).parse(text).expect("quotes are letters");
        assert_eq!(table.rows(), rows);
    }
}

#[test]
fn quotes_without_an_end() {
    let expected = "is a text whose quote is never closed, expected a closing quote\n\
                    help: `Csv::default().quoting(false)` takes quotes as they are";
    for end in ["", "\n", "2\n3,4", "2\n3,4\n"] {
        assert_eq!(bad(format!("a,b\n1,\"{end}")), format!("`text`, line 2: the column `b` {expected}"));
    }
    let long = format!("a,b\n1,\"{}", "3,4\n".repeat(3 << 20));
    assert_eq!(
        bad(long),
        "`text`, line 2: the column `b` is longer, expected at most 1048576 bytes\nhelp: a quote may lack its end"
    );
}

#[test]
fn limits_are_errors_and_not_cuts() {
    let field = |bytes: usize| format!("a\n{}\n", "x".repeat(bytes));
    let table = Csv::default().parse(field(Csv::MAX_FIELD)).expect("it is as long as a field may be");
    assert_eq!(table.texts("a").unwrap()[0].map(str::len), Some(Csv::MAX_FIELD));
    let table = Csv::default().parse(field(Csv::MAX_FIELD).trim_end()).expect("it ends without a line end");
    assert_eq!(table.texts("a").unwrap()[0].map(str::len), Some(Csv::MAX_FIELD));
    for text in [field(Csv::MAX_FIELD + 1), field(Csv::MAX_FIELD + 1).trim_end().to_string()] {
        assert!(bad(text).contains("expected at most 1048576 bytes"));
    }
    let columns = |count: usize| format!("{}\n", vec!["1"; count].join(","));
    let table = Csv::default().header(false).parse(columns(Csv::MAX_COLUMNS)).expect("it has as many as it may");
    assert_eq!(table.names().len(), Csv::MAX_COLUMNS);
    let message = message(Csv::default().header(false), columns(Csv::MAX_COLUMNS + 1));
    assert_eq!(message, "`text`, line 1: the number of fields is greater, expected at most 65536");
}

#[test]
fn delimiters_that_cannot_be() {
    for delimiter in [b'"', b'\n', b'\r', 0xe9] {
        let message = message(Csv::default().delimiter(delimiter), "a\n1\n");
        assert!(message.ends_with("expected an ASCII character that is no quote and no line end"), "{message}");
    }
}

#[test]
fn what_is_no_file() {
    let message = |path: &std::path::Path| Table::read(path).map(|_| ()).expect_err("it is no file").to_string();
    let folder = std::env::temp_dir();
    assert_eq!(message(&folder), format!("`{}`: this is a folder, expected a file", folder.display()));
    assert_eq!(message("no/such.csv".as_ref()), "cannot read `no/such.csv`");
    let pointer = Scratch::new("pointer.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    assert!(message(pointer.path()).contains("is a pointer of Git LFS"));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let path = std::env::temp_dir().join(format!("monograd-{}-pipe.csv", std::process::id()));
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("`mkfifo` is there");
    assert!(made.success());
    let (before, result) = (Instant::now(), Table::read(&path).map(|_| ()));
    std::fs::remove_file(&path).expect("it was made");
    assert!(before.elapsed() < Duration::from_secs(1));
    let expected = format!("`{}`: this is a named pipe, expected a file", path.display());
    assert_eq!(result.expect_err("it is no file").to_string(), expected);
}

/// An error names the text and what is wrong, a table has what was there.
fn survives(bytes: &[u8], settings: &Csv) -> bool {
    match settings.parse(bytes) {
        Ok(table) => {
            for name in table.names() {
                assert_eq!(table.texts(name).map(|texts| texts.len()).ok(), Some(table.rows()));
                table.numbers(name).ok();
            }
            true
        }
        Err(error) => {
            let message = error.to_string();
            assert!(
                message.starts_with("`text`") && message.contains(" is ") && message.contains(", expected "),
                "{message}"
            );
            false
        }
    }
}

#[test]
fn every_truncation_is_an_error_or_a_table() {
    let all = |settings: Csv| {
        let whole = (0..=SMALL.len()).filter(|&end| survives(&SMALL.as_bytes()[..end], &settings)).count();
        assert!(survives(SMALL.as_bytes(), &settings));
        whole
    };
    // Errors are more than the tables that end with a row or a longer last cell.
    assert!(all(Csv::default()) < SMALL.len() / 2);
    let columns = Csv::default().quoting(false).header(false).names(["a"]).delimiter(b';');
    assert!(all(columns) > SMALL.len() / 2);
}

/// The rows and columns of a text that is a table.
fn shape(bytes: &[u8], settings: &Csv) -> Option<(usize, usize)> {
    survives(bytes, settings).then(|| {
        let table = settings.parse(bytes).expect("it was one before");
        (table.rows(), table.names().len())
    })
}

#[test]
fn every_flipped_bit_is_an_error_or_keeps_the_shape_unless_it_moves_a_boundary() {
    const PLAIN: &str = "a,b\r\n1,\"x\r\n2,y\"\r\n";
    const ONE: &str = "J\nK*8\n-2\n";
    let (mut errors, mut reshaped) = (0, 0);
    for (settings, text, quote) in [
        (Csv::default(), SMALL, Some(b'"')),
        (Csv::default().header(false), SMALL, Some(b'"')),
        (Csv::default().quoting(false), PLAIN, None),
        (Csv::default(), ONE, Some(b'"')),
        (Csv::default().header(false).quoting(false), ONE, None),
    ] {
        let whole = shape(text.as_bytes(), &settings).expect("it is well formed");
        let bounds = |byte: u8| matches!(byte, b',' | b'\r' | b'\n') || Some(byte) == quote;
        let mut bytes = text.as_bytes().to_vec();
        for bit in 0..8 * bytes.len() {
            let before = bytes[bit / 8];
            bytes[bit / 8] ^= 1 << (bit % 8);
            let after = bytes[bit / 8];
            match shape(&bytes, &settings) {
                None => errors += 1,
                Some(found) if found == whole => {}
                Some(found) => {
                    reshaped += 1;
                    assert!(bounds(before) || bounds(after), "bit {bit}, {before} to {after}: {found:?} of {whole:?}");
                }
            }
            bytes[bit / 8] = before;
        }
    }
    assert!(errors > 200 && reshaped > 5, "{errors} errors, {reshaped} other shapes");
}
