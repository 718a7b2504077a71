//! How hours are written: `09:00-12:00,13:30-18:00`, or `off`. Full-width signs and the dashes that word processors make
//! of `-` are read as what they stand for.

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;
/// The most pieces of working time in a day.
const PIECES: usize = 24;

/// A piece of working time: from a minute of its day to another. One that ends at or before its beginning ends on
/// the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The minute of the day at which it begins.
    pub from: u16,
    /// The minute at which it ends, 24:00 at most; of the next day where it isn't after the beginning.
    pub to: u16,
}

impl Shift {
    /// The minute at which it ends, counted from the day on which it begins.
    pub(super) fn end(self) -> u16 {
        if self.to > self.from { self.to } else { self.to + DAY }
    }
}

/// A text with the signs of this notation in their plain form.
pub(super) fn plain(text: &str) -> String {
    let sign = |sign: char| match sign {
        '０'..='９' => char::from_u32(sign as u32 - '０' as u32 + '0' as u32).unwrap_or(sign),
        '：' => ':',
        '，' | '、' => ',',
        '；' => ';',
        '–' | '—' | '−' | '－' | '~' | '～' | '至' | '到' => '-',
        '\u{3000}' | '\t' | '\u{a0}' => ' ',
        other => other,
    };
    text.chars().map(sign).collect()
}

/// Whether a word says that nobody works.
pub(super) fn is_off(word: &str) -> bool {
    ["off", "closed", "休息", "休", "放假"].iter().any(|off| word.eq_ignore_ascii_case(off))
}

/// Reads the hours of a day, in plain signs: none of `off`. They are ordered and don't overlap.
pub(super) fn shifts(text: &str) -> Result<Vec<Shift>, String> {
    if is_off(text) {
        return Ok(Vec::new());
    }
    let mut shifts = Vec::new();
    for piece in text.split(',') {
        let (from, to) = piece.split_once('-').ok_or_else(|| {
            format!("{:?} is no time; write hours such as 09:00-18:00, or off", piece.trim())
        })?;
        let shift = Shift { from: minute(from, DAY - 1)?, to: minute(to, DAY)? };
        if shift.from == shift.to {
            return Err(format!("{:?} begins when it ends; the whole day is 00:00-24:00", piece.trim()));
        }
        shifts.push(shift);
    }
    shifts.sort_by_key(|shift| shift.from);
    if let Some(pair) = shifts.windows(2).find(|pair| pair[0].end() > pair[1].from) {
        return Err(format!("{} and {} overlap", written(pair[0]), written(pair[1])));
    }
    if shifts.len() > PIECES {
        return Err(format!("a day has at most {PIECES} pieces of working time"));
    }
    Ok(shifts)
}

fn minute(text: &str, last: u16) -> Result<u16, String> {
    let text = text.trim();
    let number = |digits: &str| {
        let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|_| plain)
    };
    let read = text.split_once(':').and_then(|(hour, minute)| {
        let minute = number(minute).filter(|&number| minute.len() == 2 && number < 60)?;
        Some(number(hour)? * 60 + minute)
    });
    read.filter(|&minute| minute <= last)
        .ok_or_else(|| format!("{text:?} is no time of day; write one such as 09:00"))
}

/// A shift as it is written.
pub(super) fn written(shift: Shift) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}-{}", clock(shift.from), clock(shift.to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_written_in_either_language() {
        let read = |text: &str| {
            shifts(&plain(text)).map(|shifts| shifts.into_iter().map(written).collect::<Vec<_>>())
        };
        for (text, wanted) in [
            ("09:00-18:00", &["09:00-18:00"][..]),
            ("9:00－12:00，13：30～18:00", &["09:00-12:00", "13:30-18:00"]),
            ("14:00-18:00, 08:00-12:00", &["08:00-12:00", "14:00-18:00"]),
            ("22:00-06:00", &["22:00-06:00"]),
            ("00:00-24:00", &["00:00-24:00"]),
            ("9:00至18:00", &["09:00-18:00"]),
            ("Off", &[]),
            ("休息", &[]),
        ] {
            assert_eq!(read(text).unwrap(), wanted, "{text}");
        }
        for (text, wanted) in [
            ("09:00", "09:00"),
            ("25:00-26:00", "25:00"),
            ("09:60-10:00", "09:60"),
            ("24:00-02:00", "24:00"),
            ("9-18", "9"),
            ("+9:00-18:00", "+9:00"),
            ("09:00-09:00", "00:00-24:00"),
            ("09:00-12:00,11:59-18:00", "09:00-12:00 and 11:59-18:00 overlap"),
            ("22:00-06:00,23:00-23:30", "overlap"),
            ("", "off"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
}
