#[test]
fn dump() {
    let mut files: Vec<_> = glob("tests/ui");
    files.sort();
    for f in files {
        let text = std::fs::read_to_string(&f).unwrap();
        for e in messages(&text) {
            println!("--- {} {}", f.display(), e);
        }
    }
}
fn glob(p: &str) -> Vec<std::path::PathBuf> {
    let mut v = vec![];
    for e in std::fs::read_dir(p).unwrap() {
        let p = e.unwrap().path();
        if p.is_dir() { v.extend(glob(p.to_str().unwrap())) } else if p.extension().is_some_and(|e| e == "rs") { v.push(p) }
    }
    v
}
fn messages(source: &str) -> Vec<String> {
    let lines: Vec<&str> = source.lines().collect();
    let tokens: proc_macro2::TokenStream = source.parse().unwrap();
    let mut it = tokens.into_iter().peekable();
    let mut out = vec![];
    while let Some(t) = it.next() {
        if t.to_string() == "network" {
            it.next();
            if let Some(proc_macro2::TokenTree::Group(g)) = it.next() {
                let e = monograd_compiler::expand::network(g.stream());
                for d in e.errors {
                    let (s, t) = (d.extent.first.start(), d.extent.last.end());
                    let line = lines[s.line - 1];
                    let end = if t.line == s.line { t.column } else { line.chars().count() };
                    let place: String = line.chars().take(end).skip(s.column).collect();
                    out.push(format!("{}\n   {}\n   @{place}@\n{}", s.line, line, d.message));
                }
            }
        }
    }
    out
}
