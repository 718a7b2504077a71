//! Public holidays that come with the program: files of dates, each with its source.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;

/// The sets, by their codes of ISO 3166.
static SETS: LazyLock<Vec<Holidays>> = LazyLock::new(|| {
    [
        ("CN", include_str!("../../../assets/holidays/cn.csv")),
        ("DE-BY", include_str!("../../../assets/holidays/de-by.csv")),
        ("US-NY", include_str!("../../../assets/holidays/us-ny.csv")),
    ]
    .into_iter()
    .map(|(code, text)| Holidays { code, days: text.lines().filter_map(read).collect() })
    .collect()
});

/// The public holidays of a country or a part of it.
#[derive(Debug)]
pub struct Holidays {
    /// Its code of ISO 3166.
    pub code: &'static str,
    days: BTreeMap<Date, Holiday>,
}

/// A day that is otherwise by law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Whether it is worked, to make up for another; nobody works otherwise.
    pub worked: bool,
    /// What it is called in English.
    pub en: &'static str,
    /// What it is called in Chinese.
    pub zh: &'static str,
}

impl Holidays {
    /// A set by its code. The error says which there are.
    pub fn named(code: &str) -> Result<&'static Self, String> {
        let known = SETS.iter().find(|set| set.code.eq_ignore_ascii_case(code.trim()));
        known.ok_or_else(|| {
            let codes: Vec<&str> = SETS.iter().map(|set| set.code).collect();
            format!("there are no holidays {code:?}, only {}; write others as exceptions", codes.join(", "))
        })
    }

    /// What is said of a day.
    pub fn on(&self, date: Date) -> Option<&Holiday> {
        self.days.get(&date)
    }
}

/// A line of a file, `date,day,zh,en`; none of comments and the header.
fn read(line: &'static str) -> Option<(Date, Holiday)> {
    let mut fields = line.split(',');
    let date = fields.next()?.parse().ok()?;
    let (day, zh, en) = (fields.next()?, fields.next()?, fields.next()?);
    Some((date, Holiday { worked: day == "work", en, zh }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_files_is_a_day_or_a_comment() {
        for (set, text) in SETS.iter().zip([
            include_str!("../../../assets/holidays/cn.csv"),
            include_str!("../../../assets/holidays/de-by.csv"),
            include_str!("../../../assets/holidays/us-ny.csv"),
        ]) {
            let lines = text.lines().filter(|line| !line.starts_with('#') && *line != "date,day,zh,en");
            assert_eq!(
                lines.clone().count(),
                set.days.len(),
                "{}: a line is unreadable or a date is there twice",
                set.code
            );
            for line in lines {
                let fields: Vec<&str> = line.split(',').collect();
                assert!(fields.len() == 4 && matches!(fields[1], "off" | "work"), "{}: {line}", set.code);
            }
        }
        assert!(
            Holidays::named("cn").is_ok() && Holidays::named("XX").unwrap_err().contains("CN, DE-BY, US-NY")
        );
    }
}
