//! What models learn about tables, keep, store and apply.

use monograd::ndarray::{Array1, Array2};
use monograd::prelude::*;

use crate::Scratch;

network!({
    /// Seven numbers → three kinds.
    struct Kinds;

    let x = Input(7);
    Dense(8, activation = relu);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 0.01);
    metrics = [accuracy];
});

network!({
    /// A price of a size and two features.
    struct Price;

    let size = Input(1);
    let rest = Input(2);
    concat(size, rest).Dense(4, activation = tanh);
    Dense(1);

    loss = mse;
    optimizer = Adam(learning_rate = 0.02);
    metrics = [r2, mae, mse, rmse];
});

network!({
    /// Words → yes or no.
    struct Words;

    let counts = Input(64);
    Dense(1);

    loss = binary_cross_entropy;
    optimizer = Adam(learning_rate = 0.05);
    metrics = [accuracy];
});

/// 60 rows: numbers, of which some are missing, categories and three kinds.
fn text() -> String {
    let mut text = "a,b,c,place,kind\n".to_string();
    for row in 0..60 {
        let (a, kind) = (row as f32 * 0.37 - 5.0, ["iris", "rose", "tulip"][row % 3]);
        let b = if row % 10 == 7 { String::new() } else { format!("{}", (row * row) % 17) };
        let place = ["north", "south", "west", "east"][row * 7 % 4];
        text += &format!("{a},{b},{},{place},{kind}\n", row % 3);
    }
    text
}

fn table() -> Table {
    Csv::default().parse(text()).expect("it is well formed")
}

fn recipe() -> Recipe {
    Recipe::new()
        .standardize(["a"])
        .scale(["b"], -1.0..=1.0)
        .numbers(["c"])
        .fill(["b"], Fill::Median)
        .one_hot(["place"])
        .target_classes("kind")
}

fn quiet() -> Fit<'static> {
    Fit::default().epochs(3).batch_size(16).progress(Progress::Off)
}

fn trained(data: &Dataset<'_>) -> Kinds {
    let mut model = Kinds::new(3);
    model.fit(data, quiet()).expect("the data is that of the network");
    model
}

fn bits(array: &Array) -> Vec<u32> {
    array.iter().map(|value| value.to_bits()).collect()
}

/// The table as `recipe()` should make arrays of it, the first `learned` rows being those of training.
fn by_hand(learned: usize) -> (Array2<f32>, Array1<u32>) {
    let table = table();
    let column = |name: &str| table.numbers(name).unwrap();
    let (a, b, c) = (column("a"), column("b"), column("c"));
    let known: Vec<f64> = a[..learned].iter().map(|a| f64::from(a.unwrap())).collect();
    let mean = known.iter().sum::<f64>() / learned as f64;
    let deviation = (known.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / learned as f64).sqrt();
    let mut present: Vec<f64> = b[..learned].iter().flatten().map(|&b| f64::from(b)).collect();
    present.sort_by(f64::total_cmp);
    let middle = present.len() / 2;
    let median = if present.len() % 2 == 1 { present[middle] } else { (present[middle - 1] + present[middle]) / 2.0 };
    let (minimum, maximum) = (present[0], present[present.len() - 1]);
    let places = ["east", "north", "south", "west"];
    let place = table.texts("place").unwrap();
    let x = Array2::from_shape_fn((60, 7), |(row, feature)| match feature {
        0 => ((f64::from(a[row].unwrap()) - mean) / deviation) as f32,
        1 => {
            let b = b[row].map_or(median, f64::from);
            (-1.0 + (b - minimum) / (maximum - minimum) * 2.0) as f32
        }
        2 => c[row].unwrap(),
        _ => f32::from(place[row] == Some(places[feature - 3])),
    });
    let kinds = table.texts("kind").unwrap();
    let kind = |row: usize| ["iris", "rose", "tulip"].iter().position(|&kind| kinds[row] == Some(kind)).unwrap();
    (x, (0..60).map(|row| kind(row) as u32).collect())
}

#[test]
fn a_recipe_gives_the_bits_of_the_same_done_by_hand() {
    let model = trained(&Dataset::from_table(&table(), recipe()).unwrap());
    let (x, y) = by_hand(60);
    let twin = trained(&Dataset::new(&x, &y).unwrap());
    assert_eq!(bits(&model.predict(&table()).unwrap()), bits(&twin.predict(&x).unwrap()));
    let evaluation = model.evaluate(&Dataset::from_table(&table(), recipe()).unwrap()).unwrap();
    assert_eq!(evaluation.to_string(), twin.evaluate(&Dataset::new(&x, &y).unwrap()).unwrap().to_string());
    assert_eq!(model.classes(), ["iris", "rose", "tulip"]);
    assert_eq!(model.preprocessing().unwrap().classes("kind").unwrap(), ["iris", "rose", "tulip"]);
}

#[test]
fn rows_for_validation_teach_nothing() {
    let data = Dataset::from_table(&table(), recipe()).unwrap();
    let (x, y) = by_hand(45);
    let arrays = Dataset::new(&x, &y).unwrap();
    let (mut model, mut twin) = (Kinds::new(3), Kinds::new(3));
    let history = model.fit(&data, quiet().validation_split(0.25)).unwrap();
    let expected = twin.fit(&arrays, quiet().validation_split(0.25)).unwrap();
    let losses = |history: &History| -> Vec<f64> {
        history.epochs().iter().map(|epoch| epoch.validation.as_ref().unwrap().loss).collect()
    };
    assert_eq!(losses(&history), losses(&expected));

    let mut split = Kinds::new(3);
    split.fit(&data.rows(0..45).unwrap(), quiet().validation(&data.rows(45..60).unwrap())).unwrap();
    assert_eq!(split.preprocessing(), model.preprocessing());
    let other = trained(&data);
    assert_ne!(other.preprocessing(), model.preprocessing());
}

#[test]
fn what_was_learned_first_stays() {
    let data = Dataset::from_table(&table(), recipe()).unwrap();
    let mut model = trained(&data.rows(0..45).unwrap());
    let learned = model.preprocessing().unwrap().clone();
    model.fit(&data, quiet()).unwrap();
    assert_eq!(model.preprocessing(), Some(&learned));
    assert_eq!(model.clone().preprocessing(), Some(&learned));
    let again = Dataset::from_table(&table(), learned.recipe()).unwrap();
    model.evaluate(&again).unwrap();
    let printed = learned.to_string();
    assert!(
        printed.contains("\none_hot \"place\" categories \"east\" \"north\" \"south\" \"west\"\n"),
        "{printed}"
    );
}

#[test]
fn one_row_gives_the_bits_that_it_has_among_others() {
    let model = trained(&Dataset::from_table(&table(), recipe()).unwrap());
    let all = model.predict(&table()).unwrap();
    let lines: Vec<String> = text().lines().map(str::to_string).collect();
    for row in [0, 7, 59] {
        // In a file of its own, without the column of answers.
        let strip = |line: &str| line.rsplit_once(',').unwrap().0.to_string();
        let alone = Csv::default().parse(format!("{}\n{}\n", strip(&lines[0]), strip(&lines[row + 1]))).unwrap();
        let one = model.predict(&alone).unwrap();
        assert_eq!(bits(&one), bits(&all)[3 * row..3 * row + 3], "{row}");
    }
}

/// Answers of some millions in `f32`, whose errors are some thousands.
const ROUNDING: f64 = 1e-4;

#[test]
fn targets_in_units_come_back_in_units() {
    let text: String =
        (0..80).map(|row| format!("{},{},{},{}\n", row, row % 7, row % 3, 1e6 + 2e4 * row as f32)).collect();
    let table = Csv::default().header(false).names(["size", "p", "q", "price"]).parse(text).unwrap();
    let recipe = Recipe::new()
        .input("rest")
        .standardize(["p", "q"])
        .input("size")
        .standardize(["size"])
        .target_standardized("price");
    let data = Dataset::from_table(&table, recipe).unwrap();
    let mut model = Price::new(1);
    let history = model.fit(&data, quiet().epochs(300).validation(&data)).unwrap();
    let evaluation = model.evaluate(&data).unwrap();
    let r2 = evaluation.get("r2").unwrap();
    assert!(r2 > 0.95, "{r2}");
    assert_eq!(history.last().unwrap().validation.as_ref(), Some(&evaluation));
    let trained_mae = history.last().unwrap().get("mae").unwrap();
    assert!((1e3..1e5).contains(&trained_mae), "{trained_mae}");
    let (prices, answers) = (table.numbers("price").unwrap(), model.predict(&table).unwrap());
    let error: f32 =
        prices.iter().zip(&answers).map(|(price, answer)| (price.unwrap() - answer).abs()).sum::<f32>() / 80.0;
    assert!(error < 1e5, "{error}");
    let errors = || prices.iter().zip(&answers).map(|(price, answer)| f64::from(price.unwrap()) - f64::from(*answer));
    let (mae, mse) =
        (errors().map(f64::abs).sum::<f64>() / 80.0, errors().map(|error| error * error).sum::<f64>() / 80.0);
    for (name, by_hand) in [("mae", mae), ("mse", mse), ("rmse", mse.sqrt())] {
        let found = evaluation.get(name).unwrap();
        assert!((found / by_hand - 1.0).abs() < ROUNDING, "{name}: {found}, by hand {by_hand}");
    }
    assert!(evaluation.loss < 0.05, "the loss stays that of standardized numbers: {}", evaluation.loss);
    // The network itself takes and gives what it was trained on, the answer in units.
    let [own] = model.predict_one(&[0.0], &[0.0, 0.0]);
    assert!(own > 1e6 && own < 3e6, "{own}");
    let raw = model.predict_raw(&table).unwrap();
    assert!(raw.iter().all(|value| value.abs() < 3.0));
}

#[test]
fn words_are_counted_in_buckets() {
    let text: String = (0..40)
        .map(|row| if row % 2 == 0 { format!("spam\tWIN a prize {row}\n") } else { format!("ham\tsee you, \"{row}\n") })
        .collect();
    let settings = Csv::default().header(false).names(["label", "message"]).delimiter(b'\t').quoting(false);
    let table = settings.parse(text).unwrap();
    let recipe = Recipe::new().hashed_words("message", 64).target_classes("label");
    let mut model = Words::new(1);
    let data = Dataset::from_table(&table, recipe).unwrap();
    let history = model.fit(&data, quiet().epochs(40)).unwrap();
    assert_eq!(history.last().and_then(|epoch| epoch.get("accuracy")), Some(1.0));
    let unknown = settings.clone().names(["message"]).parse("win the prize\nsee you\n\"\"\n").unwrap();
    let chances = model.predict(&unknown).unwrap();
    assert!(chances[[0, 0]] > 0.5 && chances[[1, 0]] < 0.5, "{chances}");
    assert_eq!(model.classes(), ["ham", "spam"]);
}

#[test]
fn a_file_is_enough_to_predict_from_raw_rows() {
    let model = trained(&Dataset::from_table(&table(), recipe()).unwrap());
    let (file, rows) = (Scratch::new("preprocessing.safetensors", b""), Scratch::new("rows.csv", text().as_bytes()));
    model.save(file.path()).unwrap();
    let loaded = Kinds::load(file.path()).unwrap();
    assert_eq!(loaded.preprocessing(), model.preprocessing());
    let answers = bits(&model.predict(&table()).unwrap());
    assert_eq!(bits(&loaded.predict(&Table::read(rows.path()).unwrap()).unwrap()), answers);

    // Another process knows nothing but the two files.
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "preprocessing::predicts_in_a_process_of_its_own", "--nocapture"])
        .env("MONOGRAD_TEST_MODEL", file.path())
        .env("MONOGRAD_TEST_ROWS", rows.path())
        .output()
        .unwrap();
    let printed = String::from_utf8(child.stdout).unwrap();
    assert!(printed.contains(&format!("{answers:?}")), "{printed}");
}

/// The rows of `text()` with other separators, words for what is missing and no names.
fn strange_text() -> String {
    let rows = text().replace(",,", ",?,").replace(',', "|");
    rows.lines().skip(1).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_model_knows_how_the_table_of_training_was_read() {
    let names = ["a", "b", "c", "place", "kind"];
    let settings = Csv::default().header(false).names(names).delimiter(b'|').quoting(false).missing(["NA", "?"]);
    let settings = settings.numbers(["b"]).text(["kind"]);
    let known = settings.parse(strange_text()).unwrap();
    let model = trained(&Dataset::from_table(&known, recipe()).unwrap());
    let file = Scratch::new("csv.safetensors", b"");
    model.save(file.path()).unwrap();
    let loaded = Kinds::load(file.path()).unwrap();
    let learned = loaded.preprocessing().unwrap();
    assert_eq!(Some(learned), model.preprocessing());
    let line = "csv header false delimiter \"|\" quoting false names \"a\" \"b\" \"c\" \"place\" \"kind\" \
                missing \"NA\" \"?\" numbers \"b\" text \"kind\"";
    assert_eq!(learned.to_string().lines().nth(1), Some(line));

    let expected = bits(&model.predict(&known).unwrap());
    let again = learned.csv().parse(strange_text()).unwrap();
    assert_eq!(bits(&loaded.predict(&again).unwrap()), expected);
    // Columns that the settings name and nobody needs for an answer may be absent.
    let unanswered: String =
        strange_text().lines().map(|line| format!("{}\n", line.rsplit_once('|').unwrap().0)).collect();
    let unanswered = learned.csv().names(names[..4].to_vec()).parse(unanswered).unwrap();
    assert_eq!(bits(&loaded.predict(&unanswered).unwrap()), expected);
    assert_eq!(trained(&Dataset::from_table(&again, recipe()).unwrap()).preprocessing(), Some(learned));
}

#[test]
fn words_for_missing_cells_mean_the_same_in_tables_read_by_other_settings() {
    let marked = text().replace(",,", ", NA ,");
    let known = Csv::default().missing(["NA"]).parse(&marked).unwrap();
    let model = trained(&Dataset::from_table(&known, recipe()).unwrap());
    let expected = bits(&model.predict(&known).unwrap());
    let other = Csv::default().missing(["-"]).parse(&marked).unwrap();
    assert_eq!(bits(&model.predict(&other).unwrap()), expected);
    assert_eq!(bits(&model.predict(&table()).unwrap()), expected);
    let data = |table| Dataset::from_table(table, recipe()).unwrap();
    let evaluation = |table| model.evaluate(&data(table)).unwrap().to_string();
    assert_eq!(evaluation(&other), evaluation(&known));
    let place = Csv::default().parse("a,b,c,place\n1,2,0,NA\n").unwrap();
    let message = model.predict(&place).unwrap_err().to_string();
    assert!(
        message.starts_with("`text`, line 2: the column `place` is missing, expected a category"),
        "{message}"
    );
}

#[test]
fn rows_without_a_file_are_answered_for() {
    let model = trained(&Dataset::from_table(&table(), recipe()).unwrap());
    let all = bits(&model.predict(&table()).unwrap());
    let (names, rows) = (["a", "b", "c", "place"], ["-5", " 0", "0", "north"]);
    let row = Table::from_rows(names, [rows]).unwrap();
    assert_eq!(bits(&model.predict(&row).unwrap()), all[..3]);
    let lines: Vec<Vec<String>> =
        text().lines().skip(1).map(|line| line.split(',').map(str::to_string).collect()).collect();
    let rows = Table::from_rows(["a", "b", "c", "place", "kind"], &lines).unwrap();
    assert_eq!(bits(&model.predict(&rows).unwrap()), all);
    assert_eq!(trained(&Dataset::from_table(&rows, recipe()).unwrap()).preprocessing(), model.preprocessing());

    let texts = Table::from_rows(["a", "b"], [["1", "x, \"y\"\n"], [" ", ""]]).unwrap();
    assert_eq!(texts.numbers("a").unwrap(), [Some(1.0), None]);
    assert_eq!(texts.texts("b").unwrap(), [Some("x, \"y\"\n"), None]);

    let message =
        |names: &[&str], rows: &[&[&str]]| Table::from_rows(names.to_vec(), rows.to_vec()).unwrap_err().to_string();
    assert_eq!(message(&["a"], &[]), "`rows`: the list of rows is empty, expected 1 row or more");
    assert_eq!(message(&[], &[&[]]), "`rows`: the list of names is empty, expected 1 column or more");
    let twice = "`rows`: the name of column 2 is `a`, expected another than that of column 1";
    assert_eq!(message(&["a", "a"], &[&["1", "2"]]), twice);
    for row in [&["1"][..], &["1", "2", "3"]] {
        let expected = "expected 2, as many as names are given";
        let message = message(&["a", "b"], &[&["1", "2"], row]);
        assert_eq!(message, format!("`rows`, line 2: the number of fields is {}, {expected}", row.len()));
    }
    let infinite = "`rows`, line 2: the column `a` is `inf`, expected a finite number of at most 3.4e38";
    let rows = Table::from_rows(["a"], [["1"], ["inf"]]).unwrap();
    assert_eq!(rows.numbers("a").unwrap_err().to_string(), infinite);
}

/// Trained on words and categories of which some look like numbers.
fn model_of_texts(rows: &[[&str; 4]]) -> (Words, Table) {
    let table = Table::from_rows(["message", "place", "note", "kind"], rows).unwrap();
    let recipe = Recipe::new().hashed_words("message", 61).one_hot(["place"]).target_classes("kind");
    let mut model = Words::new(1);
    model.fit(&Dataset::from_table(&table, recipe).unwrap(), quiet()).unwrap();
    (model, table)
}

#[test]
fn every_row_alone_gives_the_bits_that_it_has_among_others() {
    let rows = [
        ["hello there", "north", "x", "no"],
        ["7,50", "inf", "nan", "yes"],
        ["nan", "7,50", "1", "yes"],
        ["1e999", "inf", "1,5", "no"],
        ["how are you", "north", "inf", "no"],
    ];
    let (model, table) = model_of_texts(&rows);
    let all = bits(&model.predict(&table).unwrap());
    let csv = model.preprocessing().unwrap().csv();
    for (row, bit) in rows.iter().zip(all) {
        let alone = Table::from_rows(["message", "place"], [&row[..2]]).unwrap();
        assert_eq!(bits(&model.predict(&alone).unwrap()), [bit], "{row:?}");
        let quoted: Vec<String> = row.iter().map(|cell| format!("\"{cell}\"")).collect();
        let alone = csv.parse(format!("message,place,note,kind\n{}\n", quoted.join(","))).unwrap();
        assert_eq!(bits(&model.predict(&alone).unwrap()), [bit], "{row:?}");
    }
}

#[test]
fn numbers_are_asked_for_where_the_recipe_needs_them() {
    let model = trained(&Dataset::from_table(&table(), recipe()).unwrap());
    let expected = "line 2: the column `a` is `1,5`, expected a number with a decimal point and no other marks";
    let read = model.preprocessing().unwrap().csv().parse("a,b,c,place\n\"1,5\",1,0,north\n").unwrap();
    assert_eq!(model.predict(&read).unwrap_err().to_string(), format!("`text`, {expected}"));
    let given = Table::from_rows(["a", "b", "c", "place"], [["0", "1", "0", "north"], ["1,5", "1", "0", "north"]]);
    assert_eq!(model.predict(&given.unwrap()).unwrap_err().to_string(), format!("`rows`, {expected}"));
}

#[test]
fn words_for_missing_cells_may_look_like_numbers() {
    let known = Csv::default().missing(["nan"]).parse(text().replace(",,", ",nan,")).unwrap();
    let model = trained(&Dataset::from_table(&known, recipe()).unwrap());
    let all = bits(&model.predict(&known).unwrap());
    let line = text().lines().nth(8).unwrap().replace(",,", ",nan,");
    let row = Table::from_rows(["a", "b", "c", "place", "kind"], [line.split(',')]).unwrap();
    assert_eq!(bits(&model.predict(&row).unwrap()), all[21..24]);
}

#[test]
fn the_model_knows_where_blanks_are_missing_cells() {
    let csv = Csv::default().text(["place"]);
    let rows = "message,place,kind\na,n,yes\nb,\" \",no\nc,s,no\n";
    let words = Recipe::new().hashed_words("message", 61).one_hot(["place"]).target_classes("kind");
    let (known, mut model) = (csv.parse(rows).unwrap(), Words::new(1));
    model.fit(&Dataset::from_table(&known, words).unwrap(), quiet()).unwrap();
    let all = bits(&model.predict(&known).unwrap());
    let row = Table::from_rows(["message", "place"], [["b", " "]]).unwrap();
    assert_eq!(bits(&model.predict(&row).unwrap()), all[1..2]);
    assert_eq!(bits(&model.predict(&Csv::default().parse(rows).unwrap()).unwrap()), all);

    let model = trained(&Dataset::from_table(&table(), recipe()).unwrap());
    let message = model.predict(&csv.parse("a,b,c,place\n1,2,0,\" \"\n").unwrap()).unwrap_err().to_string();
    assert!(message.starts_with("`text`, line 2: the column `place` is missing"), "{message}");
}

/// What `a_file_is_enough_to_predict_from_raw_rows` runs in another process; nothing to do otherwise.
#[test]
fn predicts_in_a_process_of_its_own() {
    let files = (std::env::var_os("MONOGRAD_TEST_MODEL"), std::env::var_os("MONOGRAD_TEST_ROWS"));
    if let (Some(model), Some(rows)) = files {
        let answers = Kinds::load(model).unwrap().predict(&Table::read(rows).unwrap()).unwrap();
        println!("{:?}", bits(&answers));
    }
}

#[test]
fn recipes_that_make_no_sense_are_refused() {
    let message = |recipe: Recipe| Dataset::from_table(&table(), recipe).expect_err("it makes no sense").to_string();
    for (recipe, expected) in [
        (
            Recipe::new(),
            "`inputs` is none, expected a column for an input: `standardize`, `one_hot` and others",
        ),
        (
            Recipe::new().numbers(["a"]).input("x").numbers(["b"]),
            "`inputs` is 2, number 1 without a name, expected `.input(name)` before each",
        ),
        (
            Recipe::new().input("x"),
            "`inputs` is the input `x` without columns, expected a column or more in each",
        ),
        (
            Recipe::new().numbers(["a"]).index("place"),
            "`index` is the input with numbers beside indices, expected indices in an input of their own",
        ),
        (
            Recipe::new().scale(["a"], 1.0..=0.0),
            "`scale` is 1..=0, expected a range of finite numbers, the lower first",
        ),
        (Recipe::new().hashed_words("place", 0), "`hashed_words` is 0, expected 1 to 1048576 buckets"),
        (
            Recipe::new().one_hot(["place"]).fill(["place"], Fill::Mean),
            "`fill` is `place`, expected a column of `numbers`, `standardize` or `scale`",
        ),
        (
            Recipe::new().numbers(["a"]).fill(["b"], Fill::Mean),
            "`fill` is `b`, expected a column of `numbers`, `standardize` or `scale`",
        ),
        (
            Recipe::new().numbers(["a"]).fill(["a"], Fill::Mean).fill(["a"], Fill::Median),
            "`fill` is `a` twice, expected each column once",
        ),
        (
            Recipe::new().index("place").unseen_as_zeros(["place"]),
            "`unseen_as_zeros` is `place`, expected a column of `one_hot`",
        ),
        (
            Recipe::new().standardize(["plac"]),
            "`text`: the column `plac` of `standardize` is not there, expected one of `a`, `b`, `c`, `place`, `kind`\n\
             help: did you mean `place`?",
        ),
    ] {
        assert_eq!(message(recipe), expected);
    }
}

#[test]
fn cells_that_do_not_fit_are_named_before_training() {
    let message = |recipe: Recipe| {
        let data = Dataset::from_table(&table(), recipe.target_classes("kind")).unwrap();
        let mut model = Kinds::new(1);
        let message = model.fit(&data, quiet()).unwrap_err().to_string();
        assert!(model.preprocessing().is_none());
        message
    };
    assert_eq!(
        message(Recipe::new().standardize(["b"])),
        "`text`, line 9: the column `b` is missing, expected a number\n\
         help: `Recipe::fill` with `Fill::Mean`, or `Table::drop_missing`"
    );
    assert_eq!(
        message(Recipe::new().numbers(["place"])),
        "`text`, line 2: the column `place` is `north`, expected a number"
    );
    assert_eq!(message(Recipe::new().numbers(["a", "c"])), "the input `x` has samples of shape [2], expected [7]");
    assert_eq!(
        message(Recipe::new().index("place")),
        "`inputs` is indices for the network's `x`, expected numbers: `one_hot` makes them of categories"
    );
    let two = table().take(2).unwrap();
    let data =
        Dataset::from_table(&two, Recipe::new().numbers(["a", "b", "c"]).one_hot(["a", "b"]).target_classes("kind"));
    assert_eq!(
        Kinds::new(1).fit(&data.unwrap(), quiet()).unwrap_err().to_string(),
        "the column `kind` has 2 classes in the rows of training, expected 3, as `Kinds` has"
    );
}

#[test]
fn categories_that_were_not_learned_are_named() {
    let model = trained(&Dataset::from_table(&table(), recipe()).unwrap());
    let strange = Csv::default().parse("a,b,c,place,kind\n1,2,0,north,iris\n1,2,0,nord,daisy\n").unwrap();
    let unseen = "`text`, line 3: the column `place` is `nord`, \
                  expected one of those in training: `east`, `north`, `south`, `west`\nhelp: did you mean `north`?";
    assert_eq!(model.predict(&strange).unwrap_err().to_string(), unseen);

    let recipe = recipe().unseen_as_zeros(["place"]);
    let model = trained(&Dataset::from_table(&table(), recipe.clone()).unwrap());
    assert_eq!(model.predict(&strange).unwrap().shape(), [2, 3]);
    let message = model.evaluate(&Dataset::from_table(&strange, recipe).unwrap()).unwrap_err().to_string();
    let unseen = "`text`, line 3: the column `kind` is `daisy`, \
                  expected one of those in training: `iris`, `rose`, `tulip`";
    assert_eq!(message, unseen);
    let missing = Csv::default().parse("a,b,c,place\n1,2,0,\n").unwrap();
    assert!(
        model.predict(&missing).unwrap_err().to_string().starts_with("`text`, line 2: the column `place` is missing")
    );
    let absent = Csv::default().parse("a,b,c\n1,2,0\n").unwrap();
    assert!(model.predict(&absent).unwrap_err().to_string().contains("the column `place` of `one_hot` is not there"));
}

#[test]
fn models_of_tables_and_of_arrays_are_not_mixed() {
    let data = Dataset::from_table(&table(), recipe()).unwrap();
    let (x, y) = by_hand(60);
    let mut model = trained(&data);
    let refused = "`Kinds` is given arrays, expected a table, or a data set of one, as in training";
    assert_eq!(model.predict(&x).unwrap_err().to_string(), refused);
    let arrays = Dataset::new(&x, &y).unwrap();
    assert_eq!(model.evaluate(&arrays).unwrap_err().to_string(), refused);
    assert_eq!(model.fit(&arrays, quiet()).unwrap_err().to_string(), refused);
    model.train_step(&x, &y).expect("its own numbers are what a step takes");
    assert_eq!(model.train_step(&table(), &y).unwrap_err().to_string(), "`Kinds` is given a table, expected arrays");
    let other = Dataset::from_table(&table(), recipe().fill(["a"], Fill::Mean)).unwrap();
    assert_eq!(
        model.evaluate(&other).unwrap_err().to_string(),
        "`Kinds` is given a data set of another recipe, expected that of training, `preprocessing().recipe()`"
    );
    let untrained = Kinds::new(1);
    let refused = "`Kinds` is given a table, expected arrays, or a `fit` on a data set of a table and a recipe before";
    assert_eq!(untrained.predict(&table()).unwrap_err().to_string(), refused);
    assert!(untrained.classes().is_empty());
}

#[test]
fn columns_that_do_not_vary_are_divided_by_one() {
    let text: String = (0..9).map(|row| format!("0.1,5,{}\n", ["p", "q", "r"][row % 3])).collect();
    let table = Csv::default().header(false).names(["a", "b", "kind"]).parse(text).unwrap();
    let recipe = Recipe::new().standardize(["a"]).scale(["b"], 2.0..=3.0).numbers(["a", "a", "a", "a", "a"]);
    let data = Dataset::from_table(&table, recipe.target_classes("kind")).unwrap();
    let model = trained(&data);
    let printed = model.preprocessing().unwrap().to_string();
    assert!(printed.contains(" deviation 1.0\n") && printed.contains(" minimum 5.0 maximum 5.0\n"), "{printed}");
    assert!(model.predict(&table).unwrap().iter().all(|value| value.is_finite()));
}

#[test]
fn targets_beside_a_table_are_refused() {
    let (table, y) = (table(), Array1::<u32>::zeros(60));
    let expected = "the targets of a table are given apart, expected columns of the table\n\
        help: `Dataset::from_table(&table, recipe)` takes them by the recipe";
    let data = Dataset::from_table(&table, recipe()).unwrap();
    let arrays = Array2::<f32>::zeros((60, 7));
    for refused in [Dataset::new(&table, &y), Dataset::new(&data, &y), Dataset::new(&arrays, &table)] {
        assert_eq!(refused.unwrap_err().to_string(), expected);
    }
}
