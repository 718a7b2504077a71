//! What commands ask the person at the terminal, or read from a pipe.

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Context, bail};

/// A new password: typed twice at a terminal, where it isn't shown, or the first line of what is piped in.
pub fn new_password(of: &str) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        return line("the password");
    }
    let ask = |prompt: String| rpassword::prompt_password(prompt).context("the password can't be read");
    let first = ask(format!("New password of {of}: "))?;
    if ask("The same once more: ".to_owned())? != first {
        bail!("the two passwords differ; nothing was changed");
    }
    Ok(first)
}

/// Has somebody confirm what can't be undone, by the name of what it is about. Nobody there means no.
pub fn confirm(what: &str, name: &str) -> anyhow::Result<()> {
    let mut prompt = std::io::stderr();
    write!(prompt, "{what} This can't be undone. Type {name} to go on: ")?;
    prompt.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("the answer can't be read")?;
    if answer.trim() != name {
        bail!("nothing was changed, because {name} was not typed; --yes does it without asking");
    }
    Ok(())
}

/// A line that somebody types, or the first of what is piped in.
pub fn line(what: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = std::io::stdin().read_line(&mut text);
    read.with_context(|| format!("{what} can't be read from standard input"))?;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    if text.is_empty() {
        bail!("{what} is empty; type it, or give it on standard input");
    }
    Ok(text)
}
