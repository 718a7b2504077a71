//! Lines by which mail programs show that what follows is repeated from before.

/// How a repeated stretch begins.
#[derive(Debug, PartialEq, Eq)]
pub enum Mark {
    /// So many filled lines introduce lines behind `>`.
    Quote(usize),
    /// All from here on is repeated.
    History,
}

/// Words that stand alone on the line above a repeated mail, between dashes.
const RULES: [&str; 25] = [
    "original message",
    "original appointment",
    "original mail",
    "original email",
    "original",
    "forwarded message",
    "replied message",
    "reply message",
    "原始邮件",
    "原邮件",
    "回复的原邮件",
    "回复的原始邮件",
    "回复的邮件",
    "转发邮件",
    "转发的邮件",
    "转发的原邮件",
    "转发消息",
    "邮件原件",
    "邮件原文",
    "原始消息",
    "回复原邮件",
    "原始郵件",
    "轉寄郵件",
    "ursprüngliche nachricht",
    "message d'origine",
];

/// The same without dashes.
const BEGINNINGS: [&str; 6] = [
    "begin forwarded message:",
    "开始转发的邮件：",
    "开始转发的邮件:",
    "被转发的邮件：",
    "下面是被转发的邮件：",
    "開始轉寄郵件：",
];

/// Fields of a repeated mail's header.
const FROM: [&str; 8] = ["from", "发件人", "寄件者", "寄件人", "發件人", "von", "de", "发送人"];
const SUBJECT: [&str; 8] = ["subject", "主题", "主題", "主旨", "betreff", "objet", "asunto", "标题"];
const SENT: [&str; 12] = [
    "sent",
    "senttime",
    "发送时间",
    "发件时间",
    "发送日期",
    "寄件日期",
    "傳送時間",
    "發送時間",
    "gesendet",
    "envoyé",
    "enviado",
    "发送于",
];
const OTHERS: [&str; 20] = [
    "date",
    "to",
    "cc",
    "bcc",
    "replyto",
    "reply-to",
    "日期",
    "时间",
    "時間",
    "收件人",
    "收件者",
    "抄送",
    "副本",
    "密送",
    "datum",
    "an",
    "à",
    "para",
    "附件",
    "importance",
];

/// What stands at the end of the line that introduces a quote.
const WROTE: [&str; 15] = [
    "wrote:",
    "wrote：",
    "写道：",
    "写道:",
    "寫道：",
    "寫道:",
    "schrieb:",
    "a écrit :",
    "a écrit\u{a0}:",
    "a écrit:",
    "escribió:",
    "ha scritto:",
    "escreveu:",
    "написал:",
    "書きました:",
];

/// How a line that introduces a quote begins, where it is broken over several.
const STARTS: [&str; 9] = ["On ", "At ", "Am ", "Le ", "El ", "Il ", "Em ", "在", "于"];

/// The most characters of an introduction, and the most lines that it is broken over.
const LONGEST: usize = 400;
const MOST_LINES: usize = 4;

/// Whether there is nothing to be seen on a line.
pub fn is_blank(line: &str) -> bool {
    line.chars().all(is_space)
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Whether a line is marked as repeated. `>From` at a line's beginning is what mailboxes make of `From`.
pub fn is_quoted(line: &str) -> bool {
    let line = line.trim_start_matches(is_space);
    line.starts_with('>') && !line.starts_with(">From ")
}

/// Whether a line separates a repeated mail's header from what stands above.
pub fn separates(line: &str) -> bool {
    let line = line.trim_matches(is_space);
    let dashes = line.chars().filter(|c| is_dash(*c)).count();
    dashes >= 3 && line.chars().all(|c| is_dash(c) || is_space(c))
        || line.len() < 64 && RULES.contains(&line.to_lowercase().as_str())
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '=' | '—' | '–' | '*' | '─' | '━')
}

/// How a repeated stretch begins at the first of the filled lines.
pub fn begins(lines: &[&str], filled: &[usize]) -> Option<Mark> {
    let line = lines[*filled.first()?].trim_matches(is_space);
    if is_quoted(line) {
        return None;
    }
    if rule(line) || header(lines, filled) || fields_in(line) {
        return Some(Mark::History);
    }
    introduction(lines, filled)
}

/// `-----Original Message-----`, `---- 回复的原邮件 ----`
fn rule(line: &str) -> bool {
    if line.len() > 200 {
        return false;
    }
    let lower = line.replace("&nbsp;", " ").to_lowercase();
    if BEGINNINGS.contains(&lower.as_str()) {
        return true;
    }
    let bare = lower.trim_matches(|c: char| is_dash(c) || is_space(c));
    let bare = bare.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】', ':', '：']);
    let before = lower.chars().take_while(|c| is_dash(*c)).count();
    before >= 2 && RULES.contains(&bare)
}

/// The header of the mail before, as Outlook, Foxmail, QQ, Lark and DingTalk write it: who, when, about what.
fn header(lines: &[&str], filled: &[usize]) -> bool {
    let is_first = |index: &usize| field(lines[*index]).is_some_and(|label| FROM.contains(&label.as_str()));
    if !filled.first().is_some_and(is_first) {
        return false;
    }
    let labels: Vec<String> = filled.iter().take(10).filter_map(|index| field(lines[*index])).collect();
    // The fields follow one another; a list of recipients may go on for a line or two.
    let follows = filled.iter().skip(1).take(2).any(|index| field(lines[*index]).is_some());
    let has = |wanted: &[&str]| labels.iter().any(|label| wanted.contains(&label.as_str()));
    follows && labels.len() >= 3 && (has(&SUBJECT) || has(&SENT))
}

/// The same on one line, as it comes out of some pages.
fn fields_in(line: &str) -> bool {
    if line.len() > 4_000 || !field(line).is_some_and(|label| FROM.contains(&label.as_str())) {
        return false;
    }
    let has = |wanted: &[&str]| {
        wanted.iter().any(|label| {
            !label.is_ascii() && [':', '：'].iter().any(|colon| line.contains(&format!("{label}{colon}")))
        })
    };
    has(&SUBJECT) && has(&OTHERS)
}

/// The field that a line of a mail's header holds: `*From:* Ann`, `| 日期 | ...`, `主　题：...`.
fn field(line: &str) -> Option<String> {
    let line = line.trim_start_matches(|c: char| is_space(c) || matches!(c, '*' | '|'));
    let end = line.char_indices().take(24).find(|(_, c)| matches!(c, ':' | '：' | '|'))?.0;
    let label: String = line[..end].chars().filter(|c| !is_space(*c) && *c != '*').collect();
    let label = label.to_lowercase();
    let known = [FROM.as_slice(), &SUBJECT, &SENT, &OTHERS].iter().any(|all| all.contains(&label.as_str()));
    known.then_some(label)
}

/// `On ... wrote:`, `在 ... 写道：` and their like, which programs break over several lines.
fn introduction(lines: &[&str], filled: &[usize]) -> Option<Mark> {
    let (count, said) = introducing(lines, filled)?;
    let digits = said.chars().filter(char::is_ascii_digit).count();
    let has_address = said.contains('@') || said.contains('<');
    match filled.get(count) {
        // A person writes "on Monday I wrote:" too; a program names an address or a date.
        Some(next) if is_quoted(lines[*next]) => (digits > 0 || has_address).then_some(Mark::Quote(count)),
        Some(_) | None => {
            (has_address && digits >= 3 || has_time(&said) && digits >= 6).then_some(Mark::History)
        }
    }
}

/// How many of the lines introduce a quote, and what they say.
fn introducing(lines: &[&str], filled: &[usize]) -> Option<(usize, String)> {
    let first = lines[*filled.first()?].trim_matches(is_space);
    let mut said = String::new();
    for (count, index) in filled.iter().take(MOST_LINES).enumerate() {
        let line = lines[*index].trim_matches(is_space);
        // The lines of an introduction follow one another.
        if is_quoted(line) || said.len() + line.len() > LONGEST * 3 || *index != filled[0] + count {
            return None;
        }
        if count > 0 {
            said.push(' ');
        }
        said.push_str(line);
        if said.chars().count() > LONGEST {
            return None;
        }
        if WROTE.iter().any(|end| said.ends_with(end)) || is_german(&said) {
            let alone = count == 0 || starts_one(first) || is_paragraph(lines, filled[0], &said);
            return alone.then_some((count + 1, said));
        }
    }
    None
}

/// `Am 5. Januar 2026 um 09:12 schrieb Service:`
fn is_german(said: &str) -> bool {
    said.starts_with("Am ") && said.contains(" schrieb ") && said.ends_with(':')
}

/// Whether the first of several lines can begin an introduction.
fn starts_one(first: &str) -> bool {
    let begins =
        STARTS.iter().any(|start| first.starts_with(start)) && first.contains(|c: char| c.is_ascii_digit());
    let is_date = first.starts_with(|c: char| c.is_ascii_digit()) && first.contains('年');
    let is_name = first.ends_with('>') && first.contains('@') && first.contains('<');
    begins || is_date || is_name
}

/// Whether the lines are a paragraph of their own that names an address and a date, the first of them full, as a long
/// company's name makes it.
fn is_paragraph(lines: &[&str], first: usize, said: &str) -> bool {
    let is_alone = first == 0 || is_blank(lines[first - 1]);
    let line = lines[first].trim();
    let width: usize = line.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum();
    let ends_sentence = line.ends_with(['。', '！', '？', '.', '!', '?', '；', ';']);
    is_alone
        && width >= 50
        && !ends_sentence
        && said.contains('<')
        && said.contains('@')
        && said.contains(|c: char| c.is_ascii_digit())
}

/// `15:12`
fn has_time(said: &str) -> bool {
    let bytes = said.as_bytes();
    bytes.windows(4).any(|four| {
        four[0].is_ascii_digit() && four[1] == b':' && four[2].is_ascii_digit() && four[3].is_ascii_digit()
    })
}
