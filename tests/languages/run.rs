//! `hospes plugin run`: an author saves a file, and the next message is answered by what it says.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use support::commands::program;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::project::{Project, toolchains};

/// How long a line is waited for; a build is among them.
const PATIENCE: Duration = Duration::from_secs(60);

/// A plugin at work in a server of its own.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    said: String,
}

impl Running {
    fn start(project: &Project) -> Self {
        let mut child = Command::new(program())
            .args(["plugin", "run", project.dir().to_str().unwrap(), "--listen", "127.0.0.1:0"])
            .env("XDG_CACHE_HOME", toolchains())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { child, lines, said: String::new() }
    }

    /// The next line with this in it.
    async fn line(&mut self, wanted: &str) -> String {
        let read = async {
            while let Some(line) = self.lines.next_line().await.expect("a line") {
                self.said.push_str(&line);
                self.said.push('\n');
                if line.contains(wanted) {
                    return Some(line);
                }
            }
            None
        };
        let found = tokio::time::timeout(PATIENCE, read).await.ok().flatten();
        found.unwrap_or_else(|| panic!("no line has {wanted:?}:\n{}", self.said))
    }
}

#[tokio::test]
async fn a_saved_file_is_at_work_at_once() {
    let _already = rustls::crypto::ring::default_provider().install_default();
    let project = Project::begin("javascript", &["channel"]).await;
    let mut running = Running::start(&project);
    let webhook = running.line("Webhook").await;
    let webhook = webhook.split_whitespace().nth(1).unwrap().to_owned();
    running.line("Ctrl+C").await;
    let greet = async |number: i64| {
        let greeting = json!({"id": number.to_string(), "from": "li@example.com", "name": "Li", "text": "Hello", "at": number});
        let answer = reqwest::Client::new().post(&webhook).json(&greeting).send().await.expect("an answer");
        answer.status().as_u16()
    };
    assert_eq!(greet(1).await, 200);
    running.line("channel.receive ok").await;

    let whole = project.read("plugin.js");
    project.write("plugin.js", &whole.replace("hospes.answer(200, ", "hospes.answer(202, "));
    assert!(running.line("is at work").await.contains("0.1.0-run.2"));
    assert_eq!(greet(2).await, 202);
    running.line("channel.receive ok").await;

    // What can't be built leaves the one before at work.
    project.write("plugin.js", &whole.replace("export const channel", "export const ="));
    running.line("plugin.js").await;
    assert_eq!(greet(3).await, 202);

    let id = i32::try_from(running.child.id().expect("it runs")).unwrap();
    let id = rustix::process::Pid::from_raw(id).expect("its id");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a signal");
    let ended = tokio::time::timeout(PATIENCE, running.child.wait()).await.expect("it ends");
    assert!(ended.expect("its end").success());
}
