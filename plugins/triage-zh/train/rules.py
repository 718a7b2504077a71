"""What the host's built-in rules say of texts, for comparison.

The rules are inside the host, whose build takes minutes. So their source files are compiled by themselves, unchanged,
with a stand-in for the one macro that ties them to the rest. Needs cargo.
"""

import json
import os
import pathlib
import subprocess
import tempfile
from typing import NamedTuple

_DOMAIN = pathlib.Path(__file__).resolve().parent.parent.parent.parent / "host" / "src" / "domain"

_MANIFEST = """
[package]
name = "rules"
version = "0.1.0"
edition = "2024"
[dependencies]
serde = { version = "1", features = ["derive"] }
serde_json = "1"
[workspace]
"""

_WORDS = """
macro_rules! words {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$inner:meta])* $case:ident = $word:literal,)+ })+) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        $vis enum $name { $(#[serde(rename = $word)] $case,)+ }
        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(word: &str) -> Result<Self, ()> {
                match word { $($word => Ok(Self::$case),)+ _ => Err(()) }
            }
        }
    )+};
}
pub(crate) use words;
"""

_MAIN = """
mod domain {{
    pub mod words;
    #[path = "{domain}/reason.rs"]
    pub mod reason;
    #[path = "{domain}/triage/mod.rs"]
    pub mod triage;
}}
fn main() {{
    for line in std::io::stdin().lines() {{
        let text: String = serde_json::from_str(&line.unwrap()).unwrap();
        let verdict = domain::triage::classify(&text, &Default::default());
        println!("{{}}", serde_json::json!([verdict.class, verdict.priority, verdict.sentiment]));
    }}
}}
"""


class RulesVerdict(NamedTuple):
    """A judgement of the rules."""

    label: str
    priority: str
    sentiment: float


def judge(texts: list[str]) -> list[RulesVerdict]:
    """The rules' verdicts, in the order of the texts."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "src" / "domain").mkdir(parents=True)
        (root / "Cargo.toml").write_text(_MANIFEST)
        (root / "src" / "domain" / "words.rs").write_text(_WORDS)
        (root / "src" / "main.rs").write_text(_MAIN.format(domain=_DOMAIN))
        environment = {"RUSTFLAGS": "-Awarnings", "CARGO_TARGET_DIR": str(root / "target"), **os.environ}
        given = "".join(json.dumps(text) + "\n" for text in texts)
        command = ["cargo", "run", "--quiet", "--release"]
        done = subprocess.run(command, cwd=root, input=given, env=environment, check=True, capture_output=True, text=True)
    return [RulesVerdict(*json.loads(line)) for line in done.stdout.splitlines()]
