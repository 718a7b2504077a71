//! What people are told, in Chinese and English: a text for each kind of notification, filled from its arguments.

use serde_json::Value;

use super::reason::ReasonCode;

/// The texts of one kind. `{name}` stands for the argument of that name; a text between `[` and `]` is left out when
/// the argument in it isn't there.
struct Texts {
    kind: &'static str,
    chinese: &'static str,
    english: &'static str,
}

macro_rules! texts {
    ($($kind:literal: $chinese:literal, $english:literal;)+) => {
        &[$(Texts { kind: $kind, chinese: $chinese, english: $english },)+]
    };
}

/// Every kind of notification that has words of its own.
const TEXTS: &[Texts] = texts! {
    "ticket.created": "新工单（{priority}·{class}）：{subject}", "new ticket, {priority} {class}: {subject}";
    "ticket.updated": "工单现为{priority}：{subject}", "now {priority}: {subject}";
    "ticket.assigned": "工单已分配给您：{subject}", "a ticket is yours now: {subject}";
    "ticket.resolved": "工单已解决：{subject}", "resolved: {subject}";
    "ticket.reopened": "工单重新打开：{subject}[（{reason}）]", "reopened: {subject}[ ({reason})]";
    "ticket.sla-warned": "{clock}将于 {due} 到期：{subject}", "the {clock} is due at {due}: {subject}";
    "ticket.sla-breached": "{clock}已于 {due} 超时：{subject}", "the {clock} was due at {due}: {subject}";
    "ticket.sla-escalated": "{clock}已于 {due} 超时，仍未处理：{subject}", "the {clock} was due at {due} and still isn't done: {subject}";
    "ticket.handed-off": "[{from} ]转交工单给 {to}，请于 {due} 前接收：{subject}[（{note}）]",
        "[{from} ]hands a ticket to {to}, to be accepted by {due}: {subject}[ ({note})]";
    "ticket.hand-off-accepted": "{to} 已接收工单：{subject}", "{to} has accepted a ticket: {subject}";
    "ticket.hand-off-refused": "{to} 拒收工单：{subject}（{reason}）", "{to} has refused a ticket: {subject} ({reason})";
    "ticket.hand-off-warned": "转交给 {to} 的工单须于 {due} 前接收：{subject}",
        "a ticket for {to} waits to be accepted by {due}: {subject}";
    "ticket.hand-off-overdue": "{to} 未在 {due} 前接收工单，仍由[ {from} ]处理：{subject}",
        "{to} didn't accept a ticket by {due}, it stays where it was[, with {from}]: {subject}";
    "ticket.hand-off-withdrawn": "转交给 {to} 的工单已解决，无需接收：{subject}",
        "a ticket for {to} was resolved before it was accepted: {subject}";
    "ticket.hand-off-taken-back": "[{from} ]已撤回转交给 {to} 的工单：{subject}",
        "a ticket for {to} was taken back[ by {from}]: {subject}";
    "survey.answered": "客户评价（{survey}）：{label}[ — {comment}]：{subject}", "{survey} {label}[ — {comment}]: {subject}";
    "task.assigned": "任务已交给您：{title}[，截止 {due}]", "a task is yours now: {title}[, due {due}]";
    "task.due-soon": "任务将于 {due} 到期：{title}", "a task is due at {due}: {title}";
    "task.overdue": "任务已于 {due} 超期：{title}", "a task was due at {due}: {title}";
    "task.completed": "任务已完成：{title}", "a task is done: {title}";
    "task.cancelled": "任务已取消：{title}", "a task was cancelled: {title}";
    "task.reopened": "任务重新打开：{title}", "a task is open again: {title}";
    "partner.warned": "{partner} 须于 {due} 前答复：{name}", "{partner} is to answer by {due}: {name}";
    "partner.overdue": "{partner} 未在 {due} 前答复：{name}", "{partner} didn't answer by {due}: {name}";
    "partner.accepted": "{partner} 已接收：{name}[（{message}）]", "{partner} has accepted: {name}[ ({message})]";
    "partner.refused": "{partner} 已拒绝：{name}[（{message}）]", "{partner} has refused: {name}[ ({message})]";
    "partner.reported": "{partner} 反馈：{name}[（{message}）]", "{partner} says of {name}[: {message}]";
    "partner.withdrawn": "已从 {partner} 收回：{name}[（{message}）]", "taken back from {partner}: {name}[ ({message})]";
    "partner.not-delivered": "未能送达 {partner} 的系统：{name}（{failure}）",
        "the system of {partner} didn't take {name} ({failure})";
    "mention": "{author} 提到了您：{text}", "{author} mentions you: {text}";
    "notification.test": "测试通知：收到它说明设置有效", "a test: that you read it shows that your settings work";
};

/// The kinds that have words of their own.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|texts| texts.kind)
}

/// Why somebody was notified, in a language: they are in the team that was, or it was they themselves.
pub fn reason(kind: &str, team: Option<&str>, language: &str) -> String {
    let chinese = language.starts_with("zh");
    match (kind, team) {
        ("mention", Some(team)) if chinese => format!("有人提到了 {team}，您是其成员。"),
        ("mention", Some(team)) => format!("{team} was mentioned, and you are a member."),
        ("mention", None) => (if chinese { "有人提到了您。" } else { "You were mentioned." }).to_owned(),
        (_, Some(team)) if chinese => format!("您是 {team} 的成员。"),
        (_, Some(team)) => format!("You get this as a member of {team}."),
        ("ticket.assigned" | "task.assigned", None) => {
            (if chinese { "已分配给您。" } else { "It is assigned to you." }).to_owned()
        }
        (_, None) => (if chinese { "由您负责。" } else { "You are responsible for it." }).to_owned(),
    }
}

/// Words that stand in arguments, in Chinese. English has them as they are, without hyphens.
const WORDS: &[(&str, &str)] = &[
    ("urgent", "紧急"),
    ("normal", "普通"),
    ("low", "低"),
    ("inquiry", "咨询"),
    ("complaint", "投诉"),
    ("purchase", "购买"),
    ("after-sales", "售后"),
    ("first-response", "首次响应"),
    ("next-response", "后续响应"),
    ("resolution", "解决"),
    ("hold", "挂起"),
];

/// The arguments whose values are words.
const WORDED: &[&str] = &["priority", "class", "clock"];

/// A notification's text in a language: Chinese for every `zh`, otherwise English. A kind without words of its own
/// says its argument `text`, or its name.
pub fn text(kind: &str, arguments: &Value, language: &str) -> String {
    let chinese = language.starts_with("zh");
    let Some(texts) = TEXTS.iter().find(|texts| texts.kind == kind) else {
        return arguments["text"].as_str().unwrap_or(kind).to_owned();
    };
    fill(if chinese { texts.chinese } else { texts.english }, arguments, chinese)
}

fn fill(template: &str, arguments: &Value, chinese: bool) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '[']) {
        filled.push_str(&rest[..at]);
        let optional = rest[at..].starts_with('[');
        let Some(length) = rest[at..].find(if optional { ']' } else { '}' }) else { break };
        let inner = &rest[at + 1..at + length];
        if optional {
            let name = inner.split(['{', '}']).nth(1).unwrap_or_default();
            if !argument(name, arguments, chinese).is_empty() {
                filled.push_str(&fill(inner, arguments, chinese));
            }
        } else {
            filled.push_str(&argument(inner, arguments, chinese));
        }
        rest = &rest[at + length + 1..];
    }
    filled.push_str(rest);
    filled
}

fn argument(name: &str, arguments: &Value, chinese: bool) -> String {
    let value = match &arguments[name] {
        Value::String(text) => text.clone(),
        Value::Object(reason) => return coded(reason, chinese).to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    if name == "due" {
        return moment(value);
    }
    if !WORDED.contains(&name) {
        return value;
    }
    let known = WORDS.iter().find(|(word, _)| chinese && *word == value);
    known.map_or_else(|| value.replace('-', " "), |(_, word)| (*word).to_owned())
}

/// A coded reason, as far as notifications tell of it.
fn coded(reason: &serde_json::Map<String, Value>, chinese: bool) -> &'static str {
    let code = reason.get("code").and_then(|code| code.as_str()?.parse().ok());
    let (zh, en) = match code {
        Some(ReasonCode::CustomerWrote) => ("客户再次来信", "the customer wrote again"),
        Some(ReasonCode::CustomerAnswered) => ("回复了客户", "the customer was answered"),
        _ => ("", ""),
    };
    if chinese { zh } else { en }
}

/// A moment as people read it: `2026-01-05 08:00 UTC` of `2026-01-05T08:00:00Z`.
fn moment(text: String) -> String {
    match (text.get(..10), text.get(10..11), text.get(11..16)) {
        (Some(date), Some("T"), Some(time)) if text.ends_with('Z') => format!("{date} {time} UTC"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_in_the_readers_language() {
        let arguments = json!({"priority": "urgent", "class": "after-sales", "subject": "漏水 [急] {x}"});
        assert_eq!(text("ticket.created", &arguments, "zh-CN"), "新工单（紧急·售后）：漏水 [急] {x}");
        assert_eq!(text("ticket.created", &arguments, "en"), "new ticket, urgent after sales: 漏水 [急] {x}");
        assert_eq!(text("ticket.created", &arguments, "fr"), text("ticket.created", &arguments, "en"));
    }

    #[test]
    fn what_is_not_there_is_left_out_with_its_brackets() {
        let reopened = json!({"subject": "漏水"});
        assert_eq!(text("ticket.reopened", &reopened, "zh-CN"), "工单重新打开：漏水");
        let reopened = json!({"subject": "漏水", "reason": "又坏了"});
        assert_eq!(text("ticket.reopened", &reopened, "zh-CN"), "工单重新打开：漏水（又坏了）");
        let code = json!({"subject": "漏水", "reason": {"code": "reopened.customer-wrote", "arguments": {}}});
        assert_eq!(text("ticket.reopened", &code, "zh-CN"), "工单重新打开：漏水（客户再次来信）");
        assert_eq!(text("ticket.reopened", &code, "en"), "reopened: 漏水 (the customer wrote again)");
        let answered = json!({"survey": "CSAT", "label": "5", "comment": null, "subject": "x"});
        assert_eq!(text("survey.answered", &answered, "en"), "CSAT 5: x");
    }

    #[test]
    fn a_moment_is_written_for_people() {
        let due = json!({"clock": "resolution", "due": "2026-01-05T08:00:00.000001Z", "subject": "x"});
        assert_eq!(text("ticket.sla-warned", &due, "en"), "the resolution is due at 2026-01-05 08:00 UTC: x");
        assert_eq!(
            text("task.overdue", &json!({"due": "2026-01-05", "title": "x"}), "zh"),
            "任务已于 2026-01-05 超期：x"
        );
    }

    #[test]
    fn a_kind_without_words_says_its_text() {
        assert_eq!(text("deal.won", &json!({"text": "赢单"}), "en"), "赢单");
        assert_eq!(text("deal.won", &json!({}), "en"), "deal.won");
    }

    #[test]
    fn every_text_closes_what_it_opens() {
        for texts in TEXTS {
            for template in [texts.chinese, texts.english] {
                let count = |c: char| template.matches(c).count();
                assert!(count('{') == count('}') && count('[') == count(']'), "{template}");
                assert!(!fill(template, &json!({}), true).contains(['{', '[']), "{template}");
            }
        }
    }
}
