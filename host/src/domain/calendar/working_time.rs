//! Working time: when it runs, how much of it lies between two moments, and when so much of it has passed.
//!
//! A time of day that the clocks skip is the moment at which they are put on, for a beginning and an end alike. One that
//! comes twice is the first of both for a beginning and the second for an end.

use std::iter;

use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::dates::Dates;
use super::holidays::{Holiday, Holidays};
use super::notation::{DAY, Shift, written};
use super::week::Week;
use crate::domain::clock::Timestamp;

/// How many days are looked at: more than 50 years. What would come later comes at their end.
const FURTHEST: usize = 20_000;
/// How many days are looked at at once backwards, and how often.
const STRETCH: i64 = 32;
const STRETCHES: usize = 625;
const MICROS_OF_DAY: i64 = 86_400_000_000;

/// When work is done.
#[derive(Debug, Clone)]
pub struct WorkingTime(Option<Box<Hours>>);

#[derive(Debug, Clone)]
struct Hours {
    zone: TimeZone,
    week: Week,
    holidays: Vec<&'static Holidays>,
    dates: Dates,
}

/// A day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Its date.
    pub date: Date,
    /// What decides about its hours.
    pub rule: DayRule,
    /// When work is done that begins on it: from, to.
    pub hours: Vec<(Timestamp, Timestamp)>,
    /// The same by the clocks where the calendar is: `09:00-18:00`.
    pub written: Vec<String>,
}

/// What decides about a day's hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayRule {
    /// The hours of the week.
    Week,
    /// A public holiday, or a day that is worked instead of one.
    Holiday(Holiday),
    /// An exception, with its name.
    Exception(String),
}

impl WorkingTime {
    /// Day and night, without a calendar.
    pub const ROUND_THE_CLOCK: Self = Self(None);

    pub(super) fn of(zone: TimeZone, week: Week, holidays: Vec<&'static Holidays>, dates: Dates) -> Self {
        Self(Some(Box::new(Hours { zone, week, holidays, dates })))
    }

    /// The earliest moment at which so many microseconds of working time have passed since another; with fewer than none,
    /// the latest moment from which so many pass until it.
    #[must_use]
    pub fn after(&self, start: Timestamp, micros: i64) -> Timestamp {
        let Some(hours) = &self.0 else { return start.plus_micros(micros) };
        let start = start.as_micros();
        Timestamp::from_micros(match micros {
            0 => start,
            1.. => hours.forth(start, micros),
            _ => hours.back(start, micros.saturating_neg()),
        })
    }

    /// How many microseconds of working time lie between two moments; fewer than none where the second is the earlier.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let Some(hours) = &self.0 else { return to.micros_since(from) };
        if to < from {
            return -self.between(to, from);
        }
        hours.within(from.as_micros(), to.as_micros()).map(|(from, to)| to - from).sum()
    }

    /// So many days from a date on; none of what has no calendar.
    pub fn days(&self, first: Date, count: usize) -> Vec<Day> {
        let Some(hours) = &self.0 else { return Vec::new() };
        let moment = |(from, to)| (Timestamp::from_micros(from), Timestamp::from_micros(to));
        let day = |date: Date| Day {
            date,
            rule: hours.rule(date),
            hours: hours.spans_of(date).map(moment).collect(),
            written: hours.shifts(date).iter().map(|shift| written(*shift)).collect(),
        };
        first.series(1.day()).take(count).map(day).collect()
    }

    /// The date of a moment where the calendar is.
    pub fn date(&self, at: Timestamp) -> Date {
        let zone = self.0.as_ref().map_or(TimeZone::UTC, |hours| hours.zone.clone());
        local_date(&zone, at.as_micros())
    }
}

impl Hours {
    fn forth(&self, start: i64, mut left: i64) -> i64 {
        let mut end = start;
        for (from, to) in self.spans(start) {
            let from = from.max(start);
            if to - from >= left {
                return from + left;
            }
            left -= (to - from).max(0);
            end = end.max(to);
        }
        end
    }

    fn back(&self, start: i64, mut left: i64) -> i64 {
        let mut end = start;
        for _ in 0..STRETCHES {
            let begin = end - STRETCH * MICROS_OF_DAY;
            let spans: Vec<_> = self.within(begin, end).collect();
            for (from, to) in spans.into_iter().rev() {
                if to - from >= left {
                    return to - left;
                }
                left -= to - from;
            }
            end = begin;
        }
        end
    }

    /// The working time within a stretch of time.
    fn within(&self, begin: i64, end: i64) -> impl Iterator<Item = (i64, i64)> {
        let spans = self.spans(begin).take_while(move |(from, _)| *from < end);
        spans.map(move |(from, to)| (from.max(begin), to.min(end))).filter(|(from, to)| from < to)
    }

    /// All working time that isn't over at a moment, in order, each piece apart from the next.
    fn spans(&self, at: i64) -> impl Iterator<Item = (i64, i64)> {
        // Hours of the day before may go on past midnight.
        let first = local_date(&self.zone, at).saturating_sub(2.days());
        let all = first.series(1.day()).take(FURTHEST).flat_map(|date| self.spans_of(date));
        let mut all = all.skip_while(move |(_, to)| *to <= at).peekable();
        iter::from_fn(move || {
            let mut span = all.next()?;
            while let Some(next) = all.next_if(|next| next.0 <= span.1) {
                span.1 = span.1.max(next.1);
            }
            Some(span)
        })
    }

    /// The working time that begins on a day.
    fn spans_of(&self, date: Date) -> impl Iterator<Item = (i64, i64)> {
        let span = move |shift: &Shift| {
            let from = self.moment(date, shift.from, false)?;
            let to = self.moment(date, shift.end(), true)?;
            (from < to).then_some((from, to))
        };
        self.shifts(date).iter().filter_map(span)
    }

    fn shifts(&self, date: Date) -> &[Shift] {
        if let Some(exception) = self.dates.on(date) {
            return &exception.hours;
        }
        match self.holiday(date) {
            Some(holiday) if holiday.worked => self.week.made_up_on(date.weekday()),
            Some(_) => &[],
            None => self.week.on(date.weekday()),
        }
    }

    fn holiday(&self, date: Date) -> Option<&'static Holiday> {
        self.holidays.iter().find_map(|set| set.on(date))
    }

    fn rule(&self, date: Date) -> DayRule {
        match (self.dates.on(date), self.holiday(date)) {
            (Some(exception), _) => DayRule::Exception(exception.name.clone()),
            (None, Some(holiday)) => DayRule::Holiday(holiday.clone()),
            (None, None) => DayRule::Week,
        }
    }

    /// The moment of a minute that is counted from the beginning of a day.
    fn moment(&self, date: Date, minute: u16, is_end: bool) -> Option<i64> {
        let date = date.checked_add(i64::from(minute / DAY).days()).ok()?;
        let (hour, minute) = ((minute % DAY) / 60, minute % 60);
        let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
        let local = date.to_datetime(time);
        let moment = match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local),
            AmbiguousOffset::Fold { before, after } => {
                if is_end {
                    after.to_timestamp(local)
                } else {
                    before.to_timestamp(local)
                }
            }
            AmbiguousOffset::Gap { before, .. } => {
                let beyond = before.to_timestamp(local).ok()?;
                let jump = self.zone.preceding(beyond.checked_add(1.microsecond()).ok()?).next()?;
                return Some(jump.timestamp().as_microsecond());
            }
        };
        Some(moment.ok()?.as_microsecond())
    }
}

fn local_date(zone: &TimeZone, micros: i64) -> Date {
    match jiff::Timestamp::from_microsecond(micros) {
        Ok(at) => at.to_zoned(zone.clone()).date(),
        // Times are kept within the years that can be written; only what is counted from them gets here.
        Err(_) if micros < 0 => Date::MIN,
        Err(_) => Date::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::catalogue::Record as _;
    use super::super::Calendar;
    use super::*;

    fn calendar(time_zone: &str, hours: &str, holidays: &[&str], exceptions: &str) -> WorkingTime {
        let holidays = holidays.iter().map(|code| (*code).to_owned()).collect();
        let calendar = Calendar {
            time_zone: time_zone.to_owned(),
            hours: hours.to_owned(),
            holidays,
            exceptions: exceptions.to_owned(),
            ..Calendar::blank()
        };
        calendar.working_time().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn time_stands_still_outside_of_hours_forth_and_back() {
        let office = calendar("Asia/Shanghai", "Mo-Fr 09:00-12:00,13:00-18:00", &["CN"], "");
        for (start, hours, end) in [
            ("2026-01-05T09:00:00+08:00", 3, "2026-01-05T12:00:00+08:00"),
            ("2026-01-05T11:00:00+08:00", 2, "2026-01-05T14:00:00+08:00"),
            ("2026-01-09T17:00:00+08:00", 2, "2026-01-12T10:00:00+08:00"),
            // Spring Festival: closed from the 15th to the 23rd, worked on Saturday the 14th.
            ("2026-02-13T17:00:00+08:00", 10, "2026-02-24T10:00:00+08:00"),
        ] {
            let (start, end) = (at(start), at(end));
            assert_eq!(office.after(start, hours * HOUR).to_string(), end.to_string());
            assert_eq!(office.between(start, end), hours * HOUR);
            assert_eq!(office.between(end, start), -hours * HOUR);
            assert_eq!(office.after(end, -hours * HOUR).to_string(), start.to_string());
        }
        assert_eq!(office.after(at("2026-01-10T03:00:00Z"), 0), at("2026-01-10T03:00:00Z"));
        assert_eq!(
            WorkingTime::ROUND_THE_CLOCK.after(at("2026-01-10T03:00:00Z"), HOUR),
            at("2026-01-10T04:00:00Z")
        );
    }

    #[test]
    fn an_hour_that_is_skipped_or_comes_twice_has_one_meaning() {
        let nights = calendar("Europe/Berlin", "Mo-Su 01:00-02:30,02:30-05:00", &[], "");
        let between = |from: &str, to: &str| nights.between(at(from), at(to)) / (HOUR / 60);
        assert_eq!(between("2026-03-29T00:00:00+01:00", "2026-03-29T12:00:00+02:00"), 180);
        assert_eq!(between("2026-10-25T00:00:00+02:00", "2026-10-25T12:00:00+01:00"), 300);
        let early = calendar("Europe/Berlin", "Su 02:00-02:30", &[], "");
        assert_eq!(early.between(at("2026-03-29T00:00:00Z"), at("2026-03-30T00:00:00Z")), 0);
        assert_eq!(early.between(at("2026-10-25T00:00:00Z"), at("2026-10-26T00:00:00Z")), HOUR * 3 / 2);
    }

    #[test]
    fn what_is_too_far_away_comes_at_the_end_of_what_is_looked_at() {
        let rare = calendar("UTC", "We 10:00-10:30", &[], "");
        let due = rare.after(at("2026-01-05T08:00:00Z"), 10 * 365 * 24 * HOUR);
        assert!(due > at("2079-01-01T00:00:00Z") && due < at("2082-01-01T00:00:00Z"), "{due}");
        assert!(rare.after(at("2026-01-05T08:00:00Z"), i64::MIN) < at("1973-01-01T00:00:00Z"));
        let last = rare.after(Timestamp::MAX, HOUR);
        assert!(last >= Timestamp::MAX, "{last}");
        assert_eq!(rare.between(Timestamp::MAX, Timestamp::MAX), 0);
    }

    #[test]
    fn a_day_says_what_decides_about_it() {
        let office = calendar("Asia/Shanghai", "Mo-Fr 09:00-18:00", &["CN"], "2026-02-24 off stocktaking");
        let rules: Vec<(String, usize)> = office
            .days("2026-02-13".parse().unwrap(), 12)
            .into_iter()
            .filter(|day| day.rule != DayRule::Week)
            .map(|day| (format!("{} {:?}", day.date, day.rule), day.hours.len()))
            .collect();
        assert!(rules[0].0.contains("2026-02-14") && rules[0].0.contains("worked: true") && rules[0].1 == 1);
        assert!(rules[1].0.contains("2026-02-15") && rules[1].0.contains("worked: false") && rules[1].1 == 0);
        assert!(rules.last().unwrap().0.contains("Exception(\"stocktaking\")"));
        assert_eq!(rules.len(), 11);
    }
}
