//! What well-formed files say.

use monograd::prelude::*;

use crate::Scratch;

fn parse(text: &str) -> Table {
    Csv::default().parse(text).expect("it is well formed")
}

#[test]
fn columns_are_numbers_or_text_with_missing_cells() {
    let table = parse("\u{feff}size, kind,note\r\n1.5,a,\"x, y\"\r\n,,\r\n-2e3, b ,\"\"\"q\"\"\"\r\n");
    assert_eq!(table.names(), ["size", " kind", "note"]);
    assert_eq!(table.numbers("size").unwrap(), [Some(1.5), None, Some(-2000.0)]);
    assert_eq!(table.texts(" kind").unwrap(), [Some("a"), None, Some(" b ")]);
    assert_eq!(table.texts("note").unwrap(), [Some("x, y"), None, Some("\"q\"")]);
    assert_eq!(
        table.to_string(),
        "text: 3 rows, 3 columns\n  size   numbers, 1 missing\n   kind  text, 1 missing\n  note   text, 1 missing"
    );
}

#[test]
fn settings_change_how_a_file_is_read() {
    let plain = Csv::default().header(false).delimiter(b'\t').quoting(false).missing(["NA", "?"]);
    let table = plain.parse("1\t\"a\n NA \t?\n").unwrap();
    assert_eq!(table.names(), ["column_1", "column_2"]);
    assert_eq!(table.numbers("column_1").unwrap(), [Some(1.0), None]);
    assert_eq!(table.texts("column_2").unwrap(), [Some("\"a"), None]);

    let blanks = Csv::default().missing([" NA "]).parse("a\nNA\n NA\n1\n").unwrap();
    assert_eq!(blanks.numbers("a").unwrap(), [None, None, Some(1.0)]);

    let named = Csv::default().names(["a", "b"]).parse("x,x\n1,2\n").unwrap();
    assert_eq!((named.names(), named.rows()), (vec!["a", "b"], 1));
    let named = Csv::default().header(false).names(["a", "b"]).parse("1,2\n3,4\n").unwrap();
    assert_eq!(named.numbers("b").unwrap(), [Some(2.0), Some(4.0)]);

    let zip = Csv::default().text(["zip"]).parse("zip\n1,\n").map(|_| ()).unwrap_err();
    assert!(zip.to_string().contains("the number of fields is 2, expected 1"), "{zip}");
    let zip = Csv::default().text(["zip"]).delimiter(b';').parse("zip;x\n1,5;1\n2,5;nan\n").unwrap_err();
    assert!(zip.to_string().starts_with("`text`, line 3: the column `x` is `nan`"), "{zip}");
}

#[test]
fn cells_of_blanks_are_missing_but_in_columns_that_are_text() {
    let table = parse("size,kind\n1.5,a\n  ,\t\n\" \",b\n");
    assert_eq!(table.numbers("size").unwrap(), [Some(1.5), None, None]);
    assert_eq!(table.texts("kind").unwrap(), [Some("a"), None, Some("b")]);
    assert_eq!(table.drop_missing(["size"]).unwrap().rows(), 1);
    assert_eq!(Csv::default().numbers(["size"]).parse("size\n1\n \n").unwrap().numbers("size").unwrap()[1], None);
    let letters = Csv::default().text(["letter"]).parse("letter,n\na,1\n ,2\n,3\n").unwrap();
    assert_eq!(letters.texts("letter").unwrap(), [Some("a"), Some(" "), None]);
    assert_eq!(letters.drop_missing(["letter"]).unwrap().rows(), 2);
    let digits = Csv::default().text(["digit"]).parse("digit\n1\n \n").unwrap();
    assert_eq!(digits.numbers("digit").unwrap(), [Some(1.0), None]);
}

#[test]
fn files_whose_name_ends_in_tsv_have_tabs() {
    let file = Scratch::new("reading.tsv", b"a\tb,c\n1\t2\n");
    assert_eq!(Table::read(file.path()).unwrap().names(), ["a", "b,c"]);
}

#[test]
fn columns_and_rows_are_chosen_without_changing_others() {
    let table = parse("a,b,c\n1,x,1\n2,,2\n,z,3\n4,x,4\n");
    assert_eq!(table.select(["c", "a"]).unwrap().names(), ["c", "a"]);
    assert_eq!(table.drop(["b"]).unwrap().names(), ["a", "c"]);
    let whole = table.drop_missing(["a", "b"]).unwrap();
    assert_eq!(whole.numbers("c").unwrap(), [Some(1.0), Some(4.0)]);
    assert_eq!(whole.take(1).unwrap().texts("b").unwrap(), [Some("x")]);
    assert_eq!(table.drop_missing(["c"]).unwrap().rows(), 4);
    assert_eq!(table.rows(), 4);

    let message = |result: Result<Table, Error>| result.unwrap_err().to_string();
    assert_eq!(
        message(table.select(["bb"])),
        "`text`: the column `bb` of `select` is not there, expected one of `a`, `b`, `c`\nhelp: did you mean `b`?"
    );
    assert_eq!(
        message(table.drop(["a"]).unwrap().drop(["a"])),
        "`text`: the column `a` of `drop` is not there, expected one of `b`, `c`"
    );
    assert_eq!(
        message(table.drop(["a", "b", "c"])),
        "`drop` is a choice that leaves no column, expected 1 column or more"
    );
    assert_eq!(message(table.select(["a", "a"])), "`select` is `a` twice, expected each column once");
    assert_eq!(
        message(parse("a,b\n,1\n2,\n").drop_missing(["a", "b"])),
        "`drop_missing` is columns of which one is missing in each of 2 rows, expected a row that has them"
    );
    assert_eq!(message(table.take(5)), "the rows 0..5 are not in the data set, expected a range within 0..4");
}

#[test]
fn splits_share_out_every_row_once() {
    let text: String = (0..60).map(|row| format!("{row},{}\n", if row % 3 == 0 { "a" } else { "b" })).collect();
    let table = parse(&format!("row,kind\n{text}"));
    for (train, test) in [table.split(0.2, 3).unwrap(), table.split_stratified("kind", 0.2, 3).unwrap()] {
        let mut rows = [train.numbers("row").unwrap(), test.numbers("row").unwrap()].concat();
        assert_eq!((train.rows(), test.rows()), (48, 12));
        rows.sort_by(|a, b| a.partial_cmp(b).expect("they are numbers"));
        assert!(rows.into_iter().eq((0..60).map(|row| Some(row as f32))));
    }
    let (_, test) = table.split_stratified("kind", 0.2, 3).unwrap();
    assert_eq!(test.texts("kind").unwrap().iter().filter(|kind| **kind == Some("a")).count(), 4);
}

#[test]
fn a_cell_that_is_no_number_is_named_with_its_line_where_one_is_asked_for() {
    let table = parse("a,b\n1,x\n\n\"two\nlines\",y\n");
    let message = table.numbers("a").unwrap_err().to_string();
    assert_eq!(message, "`text`, line 4: the column `a` is `two\\nlines`, expected a number");
    let message = table.split(0.5, 1).unwrap().0.numbers("b").unwrap_err().to_string();
    assert!(message.ends_with("expected a number"), "{message}");
    let message = parse("a\n1\nN/A\n").numbers("a").unwrap_err().to_string();
    assert_eq!(
        message,
        "`text`, line 3: the column `a` is `N/A`, expected a number\n\
         help: `Csv::default().missing([\"N/A\"])` takes it as a missing cell"
    );
}
