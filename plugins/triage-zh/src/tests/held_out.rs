//! Accuracy and macro-F1 on what is held out.

use std::fs;
use std::path::{Path, PathBuf};

use super::subject;
use crate::verdict::{CLASSES, Judge, Options};
use hospes_sdk::triage::{Priority, Verdict};

struct Labelled {
    text: String,
    class: String,
    priority: String,
}

fn plugin() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The messages of this plugin: lines below headings such as `# inquiry normal`.
fn own_messages() -> Vec<Labelled> {
    let folder = plugin().join("train/data/held-out");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut labelled = Vec::new();
    for path in paths {
        let (mut class, mut priority) = (String::new(), String::new());
        for line in read(&path).lines().filter(|line| !line.is_empty()) {
            if let Some(heading) = line.strip_prefix("# ") {
                let mut words = heading.split(' ').map(str::to_owned);
                (class, priority) = (words.next().unwrap(), words.next().unwrap());
            } else {
                labelled.push(Labelled {
                    text: line.into(),
                    class: class.clone(),
                    priority: priority.clone(),
                });
            }
        }
    }
    labelled
}

/// The messages that the tests of the host's own rules hold out.
fn messages_of_the_rules() -> Vec<Labelled> {
    let lines = read(&plugin().join("../../tests/fixtures/triage/labelled.jsonl"));
    let rows = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
    let held_out = rows.filter(|row| row["held_out"] == true);
    held_out
        .map(|row| Labelled {
            text: text(&row, "text"),
            class: text(&row, "class"),
            priority: text(&row, "priority"),
        })
        .collect()
}

fn word(priority: Priority) -> &'static str {
    match priority {
        Priority::Urgent => "urgent",
        Priority::Normal => "normal",
        Priority::Low => "low",
    }
}

/// The share of pairs (judged, true) that are equal, and the mean F1 of the labels.
fn measures(labels: &[&str], pairs: &[(String, &str)]) -> (f64, f64) {
    let right = pairs.iter().filter(|(judged, label)| judged == label).count();
    let f1 = |name: &&str| {
        let hit = pairs.iter().filter(|(judged, label)| judged == name && label == name).count();
        let named = pairs.iter().filter(|(judged, _)| judged == name).count();
        let labelled = pairs.iter().filter(|(_, label)| label == name).count();
        2.0 * hit as f64 / (named + labelled).max(1) as f64
    };
    let f1: f64 = labels.iter().map(f1).sum();
    (right as f64 / pairs.len() as f64, f1 / labels.len() as f64)
}

/// Prints and returns the accuracy of class and priority.
fn figures(name: &str, judged: &[(Labelled, Verdict)]) -> (f64, f64) {
    let classes: Vec<_> = judged.iter().map(|(l, v)| (v.class.clone(), l.class.as_str())).collect();
    let priorities: Vec<_> =
        judged.iter().map(|(l, v)| (word(v.priority).to_owned(), l.priority.as_str())).collect();
    let (class, class_f1) = measures(&CLASSES, &classes);
    let (priority, priority_f1) = measures(&["urgent", "normal", "low"], &priorities);
    println!(
        "{name}: {} messages; class {:.1} %, macro-F1 {class_f1:.3}; priority {:.1} %, macro-F1 {priority_f1:.3}",
        judged.len(),
        class * 100.0,
        priority * 100.0,
    );
    (class, priority)
}

fn judge_all(labelled: Vec<Labelled>, options: Options) -> Vec<(Labelled, Verdict)> {
    let judge = Judge::new(options).unwrap();
    let judged = labelled.into_iter().map(|l| {
        let verdict = judge.judge(&subject(&l.text));
        (l, verdict)
    });
    judged.collect()
}

/// What the README reports, less half a percent for a rounding.
#[test]
fn classes_and_priorities_are_right_on_held_out_messages() {
    let always = Options { least_confidence: 0.0, silent_confidence: 0.0, ..Options::default() };
    let (class, priority) = figures("own", &judge_all(own_messages(), always));
    assert!(class >= 0.855 && priority >= 0.92, "{class} of the classes, {priority} of the priorities");
    for (name, is_chinese) in [("own zh", true), ("own en", false)] {
        let part =
            own_messages().into_iter().filter(|l| l.text.chars().any(crate::fold::is_han) == is_chinese);
        figures(name, &judge_all(part.collect(), always));
    }
    let (class, priority) = figures("host's", &judge_all(messages_of_the_rules(), always));
    assert!(class >= 0.945 && priority >= 0.995, "{class} of the classes, {priority} of the priorities");
}

/// What opens no ticket is seen by nobody: with the usual settings it must not happen to customers.
#[test]
fn no_customer_is_silenced_and_few_are_left_to_the_rules() {
    let mut judged = judge_all(own_messages(), Options::default());
    judged.extend(judge_all(messages_of_the_rules(), Options::default()));
    let all = judged.len();
    let silent = |class: &str| matches!(class, "chatter" | "spam");
    let lost = judged.iter().filter(|(l, v)| silent(&v.class) && !silent(&l.class));
    assert_eq!(lost.map(|(l, _)| l.text.as_str()).collect::<Vec<_>>(), [] as [&str; 0]);
    judged.retain(|(l, verdict)| {
        if verdict.class.is_empty() {
            println!("left to the rules:\t{}\t{}\t{}", l.class, l.priority, l.text);
        }
        !verdict.class.is_empty()
    });
    figures("with the usual settings", &judged);
    assert!(judged.len() * 100 >= all * 92, "{} of {all} are judged", judged.len());
}

/// Sentences of English reviews with what people thought of them, from -4 to 4; those near nought are left out.
fn english_reviews() -> Vec<(String, bool)> {
    let lines = read(&plugin().join("train/data/reviews-en/held-out.tsv"));
    let rows = lines.lines().map(|line| line.split_once('\t').unwrap());
    let rows = rows.map(|(mean, text)| (mean.parse::<f64>().unwrap(), text.to_owned()));
    rows.filter(|(mean, _)| mean.abs() >= 1.0).map(|(mean, text)| (text, mean > 0.0)).collect()
}

/// Chinese reviews with what their authors ticked.
fn chinese_reviews() -> Vec<(String, bool)> {
    let folder = plugin().join("../../tests/fixtures/reviews-zh");
    let rows = [("neg.txt", false), ("pos.txt", true)].into_iter().flat_map(|(name, good)| {
        let lines = read(&folder.join(name));
        lines.lines().map(|line| (line.to_owned(), good)).collect::<Vec<_>>()
    });
    rows.collect()
}

#[test]
fn the_mood_is_right_on_held_out_reviews() {
    let judge = Judge::new(Options::default()).unwrap();
    for (name, reviews, least) in [("zh", chinese_reviews(), 0.85), ("en", english_reviews(), 0.79)] {
        let right = reviews.iter().filter(|(text, good)| {
            let mood = judge.judge(&subject(text)).sentiment;
            mood != 0.0 && (mood > 0.0) == *good
        });
        let share = right.count() as f64 / reviews.len() as f64;
        println!("{name}: {} reviews; sign of the sentiment {:.1} %", reviews.len(), share * 100.0);
        assert!(share >= least, "{share} of the {name} reviews");
    }
}
