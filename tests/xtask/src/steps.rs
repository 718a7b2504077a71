//! The list of steps: each says what it does, how long the whole has taken and what is left, and a failing
//! one what to do by hand.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

/// How a step that did not fail ended.
pub enum Outcome {
    /// It had something to do and did it.
    Worked,
    /// There was nothing to do; the text says why.
    AlreadyThere(String),
}

/// One step of a set-up.
pub struct Step<'a> {
    /// What it does, as a short request: "build the host".
    pub title: &'static str,
    /// What a person does when it fails.
    pub by_hand: String,
    /// The work itself.
    pub work: Box<dyn FnOnce() -> Result<Outcome> + 'a>,
}

impl<'a> Step<'a> {
    /// A step from its three parts.
    pub fn new(
        title: &'static str,
        by_hand: impl Into<String>,
        work: impl FnOnce() -> Result<Outcome> + 'a,
    ) -> Self {
        Self { title, by_hand: by_hand.into(), work: Box::new(work) }
    }
}

/// Does the steps in their order and stops at the first that fails.
pub fn run(steps: Vec<Step<'_>>) -> Result<()> {
    let begin = Instant::now();
    let titles: Vec<_> = steps.iter().map(|step| step.title).collect();
    let all = titles.len();
    for (index, step) in steps.into_iter().enumerate() {
        let number = index + 1;
        let so_far = clock(begin.elapsed());
        eprintln!("[{number}/{all}] {} ({so_far} so far; {})", step.title, left(&titles[number..]));
        let started = Instant::now();
        match (step.work)() {
            Ok(Outcome::Worked) => eprintln!("      done in {}", clock(started.elapsed())),
            Ok(Outcome::AlreadyThere(why)) => eprintln!("      nothing to do: {why}"),
            Err(error) => {
                let after = clock(started.elapsed());
                return Err(anyhow!(
                    "step {number} of {all} failed after {after}: {}\n  what was wrong: {error:#}\n  what to do by hand: {}",
                    step.title,
                    step.by_hand
                ));
            }
        }
    }
    Ok(())
}

/// What is still to be done: the next step by name and the number of all.
fn left(titles: &[&str]) -> String {
    match titles {
        [] => "the last step".to_owned(),
        [next] => format!("then: {next}"),
        [next, others @ ..] => format!("then: {next}, and {} more", others.len()),
    }
}

/// A duration as a person reads it: `0.4 s`, `1:05 min`.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{}:{:02} min", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use anyhow::bail;

    use super::*;

    #[test]
    fn a_failure_stops_the_list_and_says_what_to_do() {
        let reached = Cell::new(0);
        let count = || {
            reached.set(reached.get() + 1);
            Ok(Outcome::Worked)
        };
        let error = run(vec![
            Step::new("first", "", count),
            Step::new("second", "press the button", || bail!("it is dark")),
            Step::new("third", "", count),
        ])
        .expect_err("the second step fails")
        .to_string();
        assert_eq!(reached.get(), 1);
        for part in ["step 2 of 3", "second", "it is dark", "press the button"] {
            assert!(error.contains(part), "{part:?} is missing in: {error}");
        }
    }

    #[test]
    fn times_and_the_rest_read_well() {
        assert_eq!(clock(Duration::from_millis(420)), "0.4 s");
        assert_eq!(clock(Duration::from_secs(65)), "1:05 min");
        assert_eq!(left(&["b", "c", "d"]), "then: b, and 2 more");
    }
}
