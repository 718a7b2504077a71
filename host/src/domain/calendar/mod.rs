//! Business calendars: when people work, week by week and on single days, in a time zone. Clocks that follow one stand
//! still outside of its hours.

mod dates;
mod holidays;
mod notation;
mod week;
mod working_time;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use self::dates::Dates;
use self::holidays::Holidays;
use self::week::Week;
pub use self::working_time::{Day, DayRule, WorkingTime};
use super::catalogue::{InvalidField, Record};
use super::clock::Timestamp;
use super::ids::CalendarId;

/// When people work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "calendar", right = TicketsRead, table = "calendars", en = "Calendar", zh = "工作日历", zh_help = "工作时间：每周的时段、节假日和例外日期。", title = "name", usual = "name",
    new = NewCalendar, change = CalendarChange,
)]
pub struct Calendar {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: CalendarId,
    /// Its name.
    #[field(
        zh = "名称",
        zh_help = "名称。",
        new,
        change,
        required,
        length(1, 100),
        sort,
        example = "客服工作时间"
    )]
    pub name: String,
    /// The time zone of its hours: a name of the IANA database.
    #[field(
        en = "Time zone",
        zh = "时区",
        zh_help = "时段所在的时区：IANA 时区名。",
        new,
        change,
        required,
        length(1, 64),
        example = "Asia/Shanghai"
    )]
    pub time_zone: String,
    /// The hours of a week, as OpenStreetMap writes opening hours: days, then times, and `;` or a new line before the
    /// next days. A later part replaces what an earlier one says of the same day. `off` is closed, hours that end
    /// before they begin end on the next day, and belong to the day on which they begin.
    #[field(
        zh = "每周时段",
        zh_help = "每周的工作时段：先写星期，再写时间，用 `;` 或换行分隔；后写的覆盖先写的同一天。`off` 为休息；结束早于开始的时段到次日结束，属于开始的那一天。",
        new,
        change,
        required,
        long,
        length(1, 2_000),
        example = "Mo-Fr 09:00-12:00,13:30-18:00; Sa 10:00-14:00"
    )]
    pub hours: String,
    /// The public holidays that are kept: CN (with the days that are worked instead), DE-BY, US-NY. Where several say
    /// something of a day the first counts.
    #[field(
        zh = "节假日",
        zh_help = "所遵循的法定节假日：CN（含调休上班日）、DE-BY、US-NY；同一天以先写的为准。",
        new,
        change,
        length(1, 16),
        items = 10,
        example = "CN"
    )]
    pub holidays: Vec<String>,
    /// Single days that are otherwise, whatever the week and the holidays say: a line for each, with the date or the
    /// first and last date, the hours or `off`, and perhaps why.
    #[field(
        zh = "例外日期",
        zh_help = "与每周时段和节假日不同的日期，每行一个：日期（或起止日期），时段或 `off`，可加说明。",
        new,
        change,
        long,
        length(0, 20_000),
        example = "2026-12-24 09:00-12:00 Christmas Eve"
    )]
    pub exceptions: String,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

impl Calendar {
    /// What is wrong with what it says, beyond the lengths of its fields.
    pub fn faults(&self) -> Vec<InvalidField> {
        let mut faults = Vec::new();
        let mut fault =
            |field: &str, detail: String| faults.push(InvalidField { pointer: format!("/{field}"), detail });
        if let Err(error) = self.zone() {
            fault("time_zone", error);
        }
        if let Err(error) = Week::parse(&self.hours) {
            fault("hours", error);
        }
        for (at, name) in self.holidays.iter().enumerate() {
            if let Err(error) = Holidays::named(name) {
                fault(&format!("holidays/{at}"), error);
            }
        }
        if let Err(error) = Dates::parse(&self.exceptions) {
            fault("exceptions", error);
        }
        faults
    }

    /// Its working time. The error says what of it can't be understood.
    pub fn working_time(&self) -> Result<WorkingTime, String> {
        let sets = self.holidays.iter().map(|name| Holidays::named(name)).collect::<Result<_, _>>()?;
        let (week, dates) = (Week::parse(&self.hours)?, Dates::parse(&self.exceptions)?);
        Ok(WorkingTime::of(self.zone()?, week, sets, dates))
    }

    fn zone(&self) -> Result<TimeZone, String> {
        let unknown =
            |_| format!("there is no time zone {:?}; write one such as Asia/Shanghai", self.time_zone);
        TimeZone::get(&self.time_zone).map_err(unknown)
    }
}
