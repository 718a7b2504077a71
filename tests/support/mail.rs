//! A real SMTP server, and a reader of mail that isn't ours.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use hospes::plugins::egress::relay::{RelayServer, RelaySettings, RelayTls};
use serde_json::Value;
use tempfile::TempDir;

use crate::python::program;

/// How long mail is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A relay of the tests' own. It may be off, and then on again at the same port.
pub struct Smtp {
    port: u16,
    folder: TempDir,
    server: Option<Child>,
}

impl Smtp {
    /// A relay that isn't there yet.
    pub fn off() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        Self { port, folder: TempDir::new().expect("a folder"), server: None }
    }

    /// A relay that takes mail.
    pub fn on() -> Self {
        let mut smtp = Self::off();
        smtp.switch_on();
        smtp
    }

    /// Starts it, and waits until it takes mail.
    pub fn switch_on(&mut self) {
        let mut command = program("support/mail.py");
        command.args(["serve", &self.port.to_string()]).arg(self.folder.path());
        let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
        let mut line = String::new();
        let said = server.stdout.take().expect("its output");
        BufReader::new(said).read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        self.server = Some(server);
    }

    /// How a host is told of it.
    pub fn settings(&self) -> RelaySettings {
        RelaySettings::Server(RelayServer {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: RelayTls::None,
            credentials: None,
        })
    }

    /// How many mails have arrived by now.
    pub fn count(&self) -> usize {
        self.files().len()
    }

    fn files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.folder.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .collect()
    }

    /// Waits until so many mails have arrived and reads all of them, in the order of arrival.
    pub async fn mails(&self, count: usize) -> Vec<Arrived> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let mut files = self.files();
            if files.len() >= count {
                files.sort();
                return files.iter().map(|file| Arrived::read(file)).collect();
            }
            let found = files.len();
            assert!(tokio::time::Instant::now() < deadline, "{found} of {count} mails have arrived");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _gone = server.kill();
            let _ended = server.wait();
        }
    }
}

/// A mail that has arrived, as Python reads it.
pub struct Arrived {
    /// The envelope: `from`, `to`, `helo`.
    pub envelope: Value,
    /// `headers`, `text`, `html`, `files`, `defects`.
    pub says: Value,
    /// The bytes.
    pub raw: Vec<u8>,
}

impl Arrived {
    fn read(file: &Path) -> Self {
        let envelope = std::fs::read_to_string(file.with_extension("json")).expect("the envelope");
        Self {
            envelope: serde_json::from_str(&envelope).expect("JSON"),
            says: said(file),
            raw: std::fs::read(file).expect("the mail"),
        }
    }

    /// The only header of this name, in lower case; empty when there is none.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        match self.says["headers"][name].as_array().map(Vec::as_slice) {
            None => "",
            Some([one]) => one.as_str().expect("a text"),
            Some(more) => panic!("{name} is there {} times", more.len()),
        }
    }
}

/// What a mail says, as Python's `email` reads it.
pub fn said(file: &Path) -> Value {
    let output = program("support/mail.py").arg("read").arg(file).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}
