//! The line that stands for a call on the timeline.

use crate::call::{Call, Direction, Phase};

/// The language of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`
    Chinese,
    /// `en`
    English,
}

/// The line: `已接来电 · 通话 3分20秒 · 分机 801 · 拨打 4008208820`. It says all that matters of the call, because an edit that
/// changes no words is none, and what it would have taught is forgotten.
pub fn line(call: &Call, language: Language) -> String {
    let phase = call.phase();
    let outbound = call.direction == Some(Direction::Outbound);
    let zh = language == Language::Chinese;
    let what = match (phase, outbound, zh) {
        (Phase::Ringing, false, true) => "来电响铃中",
        (Phase::Talking, false, true) => "来电通话中",
        (Phase::Answered, false, true) => "已接来电",
        (Phase::Missed, false, true) => "未接来电，请回电",
        (Phase::Ringing, true, true) => "去电响铃中",
        (Phase::Talking, true, true) => "去电通话中",
        (Phase::Answered, true, true) => "去电已接通",
        (Phase::Missed, true, true) => "去电未接通",
        (Phase::Ringing, false, false) => "Incoming call, ringing",
        (Phase::Talking, false, false) => "Incoming call, talking",
        (Phase::Answered, false, false) => "Answered call",
        (Phase::Missed, false, false) => "Missed call, please call back",
        (Phase::Ringing, true, false) => "Outgoing call, ringing",
        (Phase::Talking, true, false) => "Outgoing call, talking",
        (Phase::Answered, true, false) => "Outgoing call",
        (Phase::Missed, true, false) => "Outgoing call, not answered",
    };
    let spent = call.seconds().map(|seconds| {
        let spent = duration(seconds, zh);
        match (phase == Phase::Missed, zh) {
            (true, true) => format!("响铃 {spent}"),
            (true, false) => format!("rang {spent}"),
            (false, true) => format!("通话 {spent}"),
            (false, false) => format!("talked {spent}"),
        }
    });
    let who = [&call.agent, &call.rang_at, &call.leg]
        .into_iter()
        .find(|who| !who.is_empty() && **who != call.customer);
    let agent = named(who.map_or("", String::as_str), if zh { "分机" } else { "extension" });
    let line = named(&call.line, if zh { "线路" } else { "line" });
    // While it rings on, the reason is why the one before didn't answer.
    let spoken = matches!(phase, Phase::Talking | Phase::Answered);
    let why = Some(reason(&call.reason, zh)).filter(|why| !why.is_empty() && !spoken);
    let recorded = match (call.recordings.len(), zh) {
        (0, _) => None,
        (count, true) => Some(format!("录音 {count} 段")),
        (1, false) => Some("1 recording".to_owned()),
        (count, false) => Some(format!("{count} recordings")),
    };
    let parts = [Some(what.to_owned()), spent, agent, line, why, recorded];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn named(value: &str, what: &str) -> Option<String> {
    (!value.is_empty()).then(|| format!("{what} {value}"))
}

fn duration(seconds: i64, zh: bool) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let units = if zh { ["小时", "分", "秒"] } else { [" h", " min", " s"] };
    let parts = [(hours, units[0]), (minutes, units[1]), (seconds, units[2])];
    let shown: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    match shown.is_empty() {
        true => format!("0{}", units[2]),
        false => shown.join(if zh { "" } else { " " }),
    }
}

/// Why nobody spoke, in words that triage doesn't take for a complaint; other systems' words as they are.
fn reason(reason: &str, zh: bool) -> String {
    let words = match reason {
        "busy" => ["占线", "busy"],
        "no-answer" => ["无人接听", "no answer"],
        "rejected" => ["被拒接", "declined"],
        "canceled" => ["主叫挂断", "ended by the caller"],
        "failed" => ["未能接通", "not connected"],
        "voicemail" => ["已留言", "left a voicemail"],
        other => return other.to_owned(),
    };
    words[usize::from(!zh)].to_owned()
}
