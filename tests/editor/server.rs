//! A language server, and as much of its protocol as a test needs.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long the server may take for everything together.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a server says for a request that a change of the text has overtaken.
const CONTENT_MODIFIED: i64 = -32801;

/// A server with one open file. It is ended with the value.
pub(crate) struct Server {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    deadline: Instant,
    last_id: u64,
    is_quiet: bool,
    uri: String,
    version: u64,
    /// The text of the open file.
    pub(crate) text: String,
}

impl Server {
    /// Starts `program` in the folder of a crate and opens a file of it.
    pub(crate) fn start(program: &Path, folder: &Path, file: &str) -> Self {
        let mut command = in_folder(program, folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the server starts");
        let input = child.stdin.take().expect("its input is a pipe");
        let output = child.stdout.take().expect("its output is a pipe");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).expect("the file is there");
        let uri = format!("file://{}", path.display());
        let deadline = Instant::now() + PATIENCE;
        let mut server = Self { child, input, messages, deadline, last_id: 0, is_quiet: false, uri, version: 1, text };
        let root = format!("file://{}", folder.display());
        server.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": root,
                "workspaceFolders": [{ "uri": root, "name": "editor" }],
                "capabilities": {
                    "experimental": { "serverStatusNotification": true },
                    "textDocument": { "hover": { "contentFormat": ["markdown"] } },
                },
                "initializationOptions": { "checkOnSave": false, "cachePriming": { "enable": false } },
            }),
        );
        server.notify("initialized", json!({}));
        let document = json!({ "uri": server.uri, "languageId": "rust", "version": 1, "text": server.text });
        server.notify("textDocument/didOpen", json!({ "textDocument": document }));
        while !server.is_quiet {
            server.receive();
        }
        server
    }

    /// Replaces the text of the file.
    pub(crate) fn change(&mut self, text: &str) {
        self.version += 1;
        self.text = text.to_string();
        let document = json!({ "uri": self.uri, "version": self.version });
        let changes = json!([{ "text": text }]);
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// The answer to a request; asked again where the server is not ready for it.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        loop {
            self.last_id += 1;
            let id = self.last_id;
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
            let answer = loop {
                if let Some(answer) = self.receive().filter(|answer| answer["id"] == id) {
                    break answer;
                }
            };
            match answer.get("error") {
                None => return answer["result"].clone(),
                Some(error) if error["code"] == CONTENT_MODIFIED => {}
                Some(error) => panic!("{method} of {params}: {error}"),
            }
        }
    }

    /// The answer about a place: the byte of the text that it stands at.
    pub(crate) fn ask(&mut self, method: &str, at: usize, mut params: Value) -> Value {
        let before = &self.text[..at];
        let line = before.matches('\n').count();
        let character = before[before.rfind('\n').map_or(0, |end| end + 1)..].encode_utf16().count();
        params["textDocument"] = json!({ "uri": self.uri });
        params["position"] = json!({ "line": line, "character": character });
        self.request(method, params)
    }

    /// Waits a little before the next try of something that needs time.
    pub(crate) fn wait(&self, what: &str) {
        assert!(Instant::now() < self.deadline, "{what}: nothing within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(200));
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
        self.input.flush().expect("the server listens");
    }

    /// The next answer; nothing where the server has said something else, which is dealt with.
    fn receive(&mut self) -> Option<Value> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let message = match self.messages.recv_timeout(left) {
            Ok(message) => message,
            Err(error) => panic!("no answer of the server within {PATIENCE:?}: {error}"),
        };
        match (message.get("method"), message.get("id")) {
            (Some(_), Some(id)) => {
                let answer = json!({ "jsonrpc": "2.0", "id": id, "result": null });
                self.send(&answer);
                None
            }
            (Some(method), None) => {
                if method == "experimental/serverStatus" {
                    self.is_quiet = message["params"]["quiescent"] == true;
                }
                None
            }
            (None, _) => Some(message),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Either may fail where the server has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that runs in a crate of its own, as it would outside of `cargo test`.
pub(crate) fn in_folder(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for inherited in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTUP_TOOLCHAIN", "CARGO"] {
        command.env_remove(inherited);
    }
    command
}

/// The next message; nothing at the end.
fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
