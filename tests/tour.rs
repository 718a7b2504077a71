//! The tour in README.md, taken as a reader takes it: the demo is started, the line that it prints is pasted into a
//! shell, and then every block of the tour, in order.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use support::artifacts;
use support::process::KEY;

/// How long the demo may take to start, and the reader for the tour.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a reader sees after each block of the tour, in the tour's order.
const SEEN: &[&[&str]] = &[
    &["ready"],
    &[" 200", r#""name":"吴桐""#, r#""stage":"lead""#, r#""language":"zh-CN""#],
    &[
        r#""class":"complaint""#,
        r#""priority":"urgent""#,
        r#""code":"classified.words""#,
        "归为投诉，依据：",
        "会中文的",
        "位可用成员中最空闲",
        r#""first_response_due_at":"20"#,
    ],
    &[r#""scheme":"telegram""#, r#""attested":true"#, r#""name":"lead""#, r#""class":"complaint""#],
    &["工程师今天下午三点上门检修", r#""status":"queued""#],
    &["工程师今天下午三点上门检修", r#""status":"sent""#],
    &[r#""status":"resolved""#, r#""first_response_at":"20"#, r#""resolved_at":"20"#],
    &["您对处理结果的满意程度如何", r#""text":"很不满意""#, r#""text":"很满意""#],
    &[r#""method":"answerCallbackQuery""#, r#""rating":5"#, r#""normalized":1.0"#, r#""comment":null"#],
    &["晴川家电", "<h1>感谢您的评价！</h1>", "http://127.0.0.1:"],
    &[
        r#""rating":5"#,
        r#""normalized":1.0"#,
        r#""comment":"师傅来得很快""#,
        "satisfied",
        r#""name":"lead""#,
        "满意度 100%",
        r#""kind":"survey.answered""#,
        "CSAT 很满意",
    ],
    &[
        r#""kind":"ticket.created""#,
        r#""kind":"ticket.classified""#,
        r#""kind":"ticket.assigned""#,
        r#""kind":"ticket.resolved""#,
        r#""actor":"system""#,
        r#""actor":"token:"#,
    ],
    &[r#""hospesseq":1"#, r#""hospesseq":3"#, r#""type":""#, r#""subject":""#],
    &["events are in order", "head: "],
    &[r#"{"received":true}"#, "How much is the kettle?", r#""class":"purchase""#, r#""language":"en""#],
    &["200", r#""subject":"Rattling fan""#, r#""class":"after-sales""#, r#""status":"queued""#],
    &["From: service@example.com", "To: nora@example.com", "Subject: Re: Rattling fan", "In-Reply-To: <"],
    &[
        r#""state":"offered""#,
        r#""due_at":"20"#,
        r#""kind":"partner.shared""#,
        r#""kind":"partner.accepted""#,
        r#""reference":"D-10"#,
        "We call the customer tomorrow",
    ],
    &[r#""name":"visit""#, r#""version":1"#, r#""purpose":"Clean the fan""#, r#""visit_on":"2026-03-02""#],
    &["name,kind,language", ",person,", r#"{"purpose":"Clean the fan","visit_on":"2026-03-02"}"#],
];

/// A demo of a temporary company, ended with the test.
struct Demo {
    process: Child,
    folder: tempfile::TempDir,
    /// The line that it printed for the reader.
    line: String,
}

impl Demo {
    fn start(hospes: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        assert!(hospes.is_file(), "{} isn't there; build it: cargo build -p hospes", hospes.display());
        let mut process = Command::new(hospes)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database", "sqlite:demo.db", "--plugins"])
            .arg(artifacts::folder())
            .env("HOSPES_CACHE", artifacts::compiled())
            .env("HOSPES_KEY", KEY)
            .env("HOSPES_LOG", "warn")
            .env_remove("HOSPES_DATABASE")
            .env_remove("HOSPES_ADMIN_TOKEN")
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let (send, receive) = mpsc::channel();
        let printed = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || {
            // Reads on to the end, so that the demo never waits for its reader.
            for line in printed.lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let mut demo = Self { process, folder, line: String::new() };
        while !demo.line.starts_with("export HOSPES_URL=") {
            match receive.recv_timeout(PATIENCE) {
                Ok(line) => demo.line = line,
                Err(error) => panic!("the demo prints no line to paste: {error}\n{}", demo.log()),
            }
        }
        demo
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The shell blocks of the section of this name.
fn blocks(text: &str, section: &str) -> Vec<String> {
    let rest = text.split_once(&format!("\n## {section}\n")).expect("the section").1;
    let section = rest.split("\n## ").next().unwrap_or_default();
    let fenced = section.split("\n```sh\n").skip(1);
    fenced.map(|block| block.split_once("\n```").expect("the block's end").0.to_owned()).collect()
}

#[test]
fn the_tour_goes_as_it_is_printed() {
    let blocks =
        blocks(&fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap(), "Tour");
    assert_eq!(blocks.len(), SEEN.len(), "each block of the tour says here what a reader sees");
    // Tests lie in `deps`, beside the binaries.
    let test = std::env::current_exe().unwrap();
    let binaries = test.parent().and_then(Path::parent).expect("cargo's folder");
    let demo = Demo::start(&binaries.join("hospes"));

    let mut script = format!("{}\n", demo.line);
    for block in &blocks {
        script.push_str(&format!("printf '\\f'\n{block}\n"));
    }
    let file = demo.folder.path().join("tour.sh");
    fs::write(&file, &script).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(binaries.to_owned()).chain(std::env::split_paths(&path));
    let output = Command::new("timeout")
        .arg(PATIENCE.as_secs().to_string())
        .args(["bash", "-euo", "pipefail"])
        .arg(&file)
        .env("PATH", std::env::join_paths(path).unwrap())
        .current_dir(demo.folder.path())
        .output()
        .unwrap();
    let seen = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let parts: Vec<&str> = seen.split('\u{c}').skip(1).collect();
    let last = parts.len();
    assert!(
        output.status.success(),
        "the tour ends in block {last} ({}): {errors}\n{}\n{}\n{}",
        output.status,
        blocks[last.saturating_sub(1)],
        parts.last().unwrap_or(&""),
        demo.log()
    );
    for ((part, block), wanted) in parts.iter().zip(&blocks).zip(SEEN) {
        for wanted in *wanted {
            assert!(part.contains(wanted), "{wanted} isn't seen after\n{block}\nbut\n{part}");
        }
    }
    assert_eq!(parts.len(), SEEN.len());
    assert_eq!(errors, "", "a tour without complaints");
}
