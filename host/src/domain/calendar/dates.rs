//! Single days that are otherwise than the week says: `2026-12-24 09:00-12:00 Christmas Eve`, a line for each.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::notation::{Shift, is_off, plain, shifts};

/// The most days that one line names, and that all of them do.
const LONGEST: usize = 366;
const MOST: usize = 4_000;

/// What is said of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its hours; none when nobody works.
    pub hours: Vec<Shift>,
    /// Why; may be empty.
    pub name: String,
}

/// Days by their dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dates(BTreeMap<Date, Exception>);

impl Dates {
    /// Reads them. The error says which line can't be understood and why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut days = BTreeMap::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let (dates, exception) = read(line).map_err(|error| format!("line {}: {error}", at + 1))?;
            for date in dates {
                if days.insert(date, exception.clone()).is_some() {
                    return Err(format!("line {}: {date} stands there twice", at + 1));
                }
            }
        }
        if days.len() > MOST {
            return Err(format!("they name {} days; {MOST} at most", days.len()));
        }
        Ok(Self(days))
    }

    /// What is said of a day.
    pub fn on(&self, date: Date) -> Option<&Exception> {
        self.0.get(&date)
    }
}

fn read(line: &str) -> Result<(Vec<Date>, Exception), String> {
    let plain = plain(line);
    let mut words = plain.split_whitespace();
    let dates = dates(words.next().unwrap_or_default())?;
    let hours = words.next().ok_or("after the date come hours such as 09:00-12:00, or off")?;
    let mut taken = hours.to_owned();
    // Hours may have spaces between them: `09:00-12:00, 13:00-17:00`.
    let mut rest = words.peekable();
    while let Some(next) =
        rest.next_if(|next| !is_off(&taken) && (taken.ends_with([',', '-']) || next.starts_with([',', '-'])))
    {
        taken.push_str(next);
    }
    // The name keeps the signs that it was written with.
    let names = rest.count();
    let skipped = line.split_whitespace().count() - names;
    let name = line.split_whitespace().skip(skipped).collect::<Vec<_>>().join(" ");
    Ok((dates, Exception { hours: shifts(&taken)?, name }))
}

/// A date, or the first and the last of several: `2026-08-03..2026-08-14`.
fn dates(text: &str) -> Result<Vec<Date>, String> {
    let date = |text: &str| {
        let read = text.parse::<Date>().ok().filter(|_| text.len() == 10);
        read.ok_or_else(|| {
            format!("{text:?} is no date; write one such as 2026-12-24, or 2026-08-03..2026-08-14")
        })
    };
    let Some((first, last)) = text.split_once("..") else { return Ok(vec![date(text)?]) };
    let (first, last) = (date(first)?, date(last)?);
    let days: Vec<Date> = first.series(1.day()).take_while(|day| *day <= last).take(LONGEST + 1).collect();
    match days.len() {
        0 => Err(format!("{last} is before {first}")),
        1..=LONGEST => Ok(days),
        _ => Err(format!("from {first} to {last} are more than {LONGEST} days")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::notation::written;
    use super::*;

    #[test]
    fn days_have_hours_or_none_and_a_name() {
        let text = "2026-12-24 09:00-12:00, 13:00-14:00 Christmas Eve, short\n\n2026-12-31 off 盘点，全员\n2026-02-28 休息\n2026-08-03..2026-08-05 off";
        let days = Dates::parse(text).unwrap();
        let on = |date: &str| {
            let day = days.on(date.parse().unwrap())?;
            let hours: Vec<String> = day.hours.iter().map(|shift| written(*shift)).collect();
            Some((hours.join(","), day.name.clone()))
        };
        assert_eq!(
            on("2026-12-24").unwrap(),
            ("09:00-12:00,13:00-14:00".to_owned(), "Christmas Eve, short".to_owned())
        );
        assert_eq!(on("2026-12-31").unwrap(), (String::new(), "盘点，全员".to_owned()));
        assert_eq!(on("2026-02-28").unwrap(), (String::new(), String::new()));
        assert!(on("2026-08-03").is_some() && on("2026-08-05").is_some() && on("2026-08-06").is_none());
        assert_eq!(Dates::parse("").unwrap(), Dates::default());
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named() {
        for (text, wanted) in [
            ("2026-02-30 off", "line 1: \"2026-02-30\" is no date"),
            ("24.12.2026 off", "is no date"),
            ("2026-12-24", "after the date come hours"),
            ("2026-12-24 off\n2026-12-25 early", "line 2: \"early\" is no time"),
            ("2026-12-24 off\n2026-12-24 09:00-10:00", "line 2: 2026-12-24 stands there twice"),
            ("2026-12-24..2026-12-20 off", "2026-12-20 is before 2026-12-24"),
            ("2026-01-01..2099-01-01 off", "more than 366 days"),
        ] {
            let error = Dates::parse(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
}
