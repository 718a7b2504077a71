//! The hours of a week: `Mo-Fr 09:00-12:00,13:30-18:00; Sa 10:00-14:00`.

use jiff::civil::Weekday;

use super::notation::{DAY, Shift, plain, shifts, written};

/// The days of the week, from Monday on: how OpenStreetMap calls them, and how people do in both languages.
const DAYS: [(&str, [&str; 5]); 7] = [
    ("Mo", ["mo", "mon", "monday", "周一", "星期一"]),
    ("Tu", ["tu", "tue", "tuesday", "周二", "星期二"]),
    ("We", ["we", "wed", "wednesday", "周三", "星期三"]),
    ("Th", ["th", "thu", "thursday", "周四", "星期四"]),
    ("Fr", ["fr", "fri", "friday", "周五", "星期五"]),
    ("Sa", ["sa", "sat", "saturday", "周六", "星期六"]),
    ("Su", ["su", "sun", "sunday", "周日", "星期日"]),
];

/// The working time of each weekday, from Monday on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Week([Vec<Shift>; 7]);

impl Week {
    /// Reads it. The error says what can't be understood, or that there are no hours, or which overlap.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = plain(text);
        let mut week = Self::default();
        if text.trim() == "24/7" {
            return Self::parse("Mo-Su 00:00-24:00");
        }
        for part in text.split([';', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
            // Days are words and hours are numbers, or the last word.
            let times = part.find(|sign: char| sign.is_ascii_digit()).or_else(|| part.rfind(' '));
            let (named, hours) = part.split_at(times.unwrap_or(part.len()));
            if named.trim().is_empty() || hours.trim().is_empty() {
                return Err(format!("{part:?} needs days and hours, such as Mo-Fr 09:00-18:00"));
            }
            let hours = shifts(hours.trim()).map_err(|error| format!("in {part:?}: {error}"))?;
            for day in days(named)? {
                week.0[day].clone_from(&hours);
            }
        }
        if week.0.iter().all(Vec::is_empty) {
            return Err("there are no working hours, so nothing would ever be due".to_owned());
        }
        week.check_nights()?;
        Ok(week)
    }

    /// The hours of a weekday.
    pub fn on(&self, day: Weekday) -> &[Shift] {
        &self.0[place(day)]
    }

    /// The hours of a day that is worked to make up for another: its own, or those of the last weekday before it that
    /// has any.
    pub fn made_up_on(&self, day: Weekday) -> &[Shift] {
        let before = (0..7).map(|back| &self.0[(place(day) + 7 - back) % 7]);
        before.into_iter().find(|hours| !hours.is_empty()).map_or(&[], Vec::as_slice)
    }

    /// Refuses hours that go on past midnight into those of the next day.
    fn check_nights(&self) -> Result<(), String> {
        for (day, hours) in self.0.iter().enumerate() {
            let next = (day + 1) % 7;
            let (Some(last), Some(first)) = (hours.last(), self.0[next].first()) else { continue };
            if last.end() > DAY + first.from {
                let (day, next) = (DAYS[day].0, DAYS[next].0);
                return Err(format!("{day} {} and {next} {} overlap", written(*last), written(*first)));
            }
        }
        Ok(())
    }
}

fn place(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

/// Which days are named: `Mo-Fr`, `Sa,Su`, `周一至周五`; a range goes on past Sunday.
fn days(text: &str) -> Result<Vec<usize>, String> {
    let mut named = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('-') {
            Some((first, last)) => {
                let (first, last) = (day(first)?, day(last)?);
                named.extend((0..=(last + 7 - first) % 7).map(|step| (first + step) % 7));
            }
            None => named.push(day(part)?),
        }
    }
    Ok(named)
}

fn day(word: &str) -> Result<usize, String> {
    let word = word.trim().to_lowercase();
    let word = word.replace("礼拜", "星期").replace('天', "日");
    let known = DAYS.iter().position(|(_, names)| names.contains(&word.as_str()));
    known.ok_or_else(|| match word.as_str() {
        "ph" | "sh" => {
            "public holidays are named in the field holidays, single days in exceptions".to_owned()
        }
        _ => format!("{word:?} is no day; write Mo, Tu, We, Th, Fr, Sa or Su"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let week = Week::parse(text)?;
        let day = |(hours, (name, _)): (&Vec<Shift>, &(&str, _))| {
            let hours: Vec<String> = hours.iter().map(|shift| written(*shift)).collect();
            (!hours.is_empty()).then(|| format!("{name} {}", hours.join(",")))
        };
        Ok(week.0.iter().zip(&DAYS).filter_map(day).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn a_week_is_read_and_a_later_part_replaces_an_earlier_one() {
        for (text, wanted) in [
            (
                "Mo-We 09:00-12:00,13:00-17:00",
                "Mo 09:00-12:00,13:00-17:00; Tu 09:00-12:00,13:00-17:00; We 09:00-12:00,13:00-17:00",
            ),
            ("mon 9:00-10:00; SUNDAY 11:00-12:00", "Mo 09:00-10:00; Su 11:00-12:00"),
            ("Mo-Tu 09:00-18:00\nTu 09:00-12:00", "Mo 09:00-18:00; Tu 09:00-12:00"),
            ("Mo-We 09:00-18:00; Tu off", "Mo 09:00-18:00; We 09:00-18:00"),
            ("Sa-Mo 10:00-11:00", "Mo 10:00-11:00; Sa 10:00-11:00; Su 10:00-11:00"),
            ("周一至周二9：00—18：00；星期天 10:00-12:00", "Mo 09:00-18:00; Tu 09:00-18:00; Su 10:00-12:00"),
            ("We,Fr 22:00-06:00", "We 22:00-06:00; Fr 22:00-06:00"),
        ] {
            assert_eq!(read(text).unwrap(), wanted, "{text}");
        }
        assert_eq!(read("24/7").unwrap(), read("Mo-Su 00:00-24:00").unwrap());
    }

    #[test]
    fn a_week_that_makes_no_sense_is_refused_with_the_place() {
        for (text, wanted) in [
            ("", "no working hours"),
            ("Mo-Fr off", "no working hours"),
            ("09:00-18:00", "days and hours"),
            ("Mo-Fr", "days and hours"),
            ("Mo-Xx 09:00-18:00", "\"xx\""),
            ("Mo 09:00-12:00,11:00-13:00", "overlap"),
            ("Mo 22:00-06:00; Tu 05:00-09:00", "Mo 22:00-06:00 and Tu 05:00-09:00 overlap"),
            ("Su 22:00-06:00; Mo 05:00-09:00", "Su 22:00-06:00 and Mo 05:00-09:00 overlap"),
            ("PH off", "field holidays"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
        assert!(read("Mo 22:00-06:00; Tu 06:00-09:00").is_ok());
    }
}
