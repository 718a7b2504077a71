//! Tells what somebody wrote from the history that their mail program put below.

/// A mail's text in two parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    /// What was written this time.
    pub text: String,
    /// What was repeated from before; empty when there is nothing.
    pub quoted: String,
}

/// Words that stand alone on the line above a repeated mail, between dashes.
const RULES: [&str; 8] = [
    "original message",
    "original appointment",
    "forwarded message",
    "原始邮件",
    "原邮件",
    "转发邮件",
    "转发的邮件",
    "邮件原件",
];

/// Words that begin the header of a repeated mail: at least two of them in the lines that follow one another.
const FIELDS: [&str; 14] = [
    "from:",
    "sent:",
    "date:",
    "to:",
    "subject:",
    "cc:",
    "发件人",
    "发送时间",
    "发送日期",
    "日期",
    "收件人",
    "主题",
    "抄送",
    "寄件者",
];

/// Cuts at the first line that begins the history. A mail that has nothing but history stays whole.
pub fn cut(text: &str) -> Parts {
    let lines: Vec<&str> = text.lines().collect();
    let at = (0..lines.len()).find(|index| begins(&lines, *index));
    let whole = || Parts { text: text.trim().to_owned(), quoted: String::new() };
    let Some(at) = at else { return whole() };
    let own = lines[..at].join("\n").trim().to_owned();
    if own.is_empty() {
        return whole();
    }
    Parts { text: own, quoted: lines[at..].join("\n").trim().to_owned() }
}

fn begins(lines: &[&str], index: usize) -> bool {
    let line = lines[index].trim();
    if line.is_empty() {
        return false;
    }
    rule(line) || introduction(lines, index) || header(lines, index) || rest_is_quoted(lines, index)
}

/// `-----Original Message-----`, `------------------ 原始邮件 ------------------`
fn rule(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| matches!(c, '-' | '_' | '=' | '—' | '*') || c.is_whitespace());
    let bare = bare.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】']).to_lowercase();
    bare.len() < line.len() && RULES.contains(&bare.as_str())
}

/// `On ... wrote:`, which programs break over two or three lines, and `在 ... 写道：`
fn introduction(lines: &[&str], index: usize) -> bool {
    let first = lines[index].trim();
    let english = first.starts_with("On ") || first.starts_with("Am ") || first.starts_with("Le ");
    let chinese = first.starts_with('在')
        || first.starts_with('于')
        || first.ends_with("写道：")
        || first.ends_with("写道:");
    if !(english || chinese) {
        return false;
    }
    let mut said = String::new();
    for line in lines[index..].iter().take(3) {
        said.push_str(line.trim());
        if said.chars().count() > 300 {
            return false;
        }
        let ends = ["wrote:", "schrieb:", "写道：", "写道:", "寫道：", "寫道:"]
            .iter()
            .any(|end| said.ends_with(end));
        // A person writes "on Monday I wrote:" too; a program names an address or a date with digits.
        if ends {
            return said.contains(|c: char| c.is_ascii_digit() || c == '@' || c == '<');
        }
        said.push(' ');
    }
    false
}

/// The header of the mail before, as Outlook and Foxmail write it.
fn header(lines: &[&str], index: usize) -> bool {
    let field = |line: &&&str| {
        let plain = line.trim().trim_start_matches(['*', '>', ' ']).to_lowercase();
        FIELDS.iter().any(|field| {
            plain.strip_prefix(field).is_some_and(|rest| {
                field.ends_with(':') || rest.trim_start_matches('*').starts_with([':', '：'])
            })
        })
    };
    let first = lines[index].trim().trim_start_matches('*').to_lowercase();
    let starts = first.starts_with("from:") || first.starts_with("发件人") || first.starts_with("寄件者");
    starts && lines[index..].iter().take(6).filter(|line| !line.trim().is_empty()).filter(field).count() >= 3
}

/// Nothing but quotes from here to the end, and not one line alone.
fn rest_is_quoted(lines: &[&str], index: usize) -> bool {
    let mut rest = lines[index..].iter().map(|line| line.trim()).filter(|line| !line.is_empty()).peekable();
    rest.peek().is_some_and(|line| line.starts_with('>')) && rest.all(|line| line.starts_with('>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> String {
        cut(text).text
    }

    #[test]
    fn history_is_cut_as_mail_programs_write_it() {
        for history in [
            "On Mon, Jan 5, 2026 at 9:12 AM Service <service@example.com> wrote:\n> Hello",
            "On Mon, Jan 5, 2026 at 9:12 AM Service Team\n<service@example.com> wrote:\n\n> Hello",
            "在 2026年1月5日 上午9:12，客服 <service@example.com> 写道：\n> 您好",
            "-----Original Message-----\nFrom: Service\nHello",
            "------------------ 原始邮件 ------------------\n发件人: \"客服\"\n您好",
            "发件人： 客服\n发送时间： 2026年1月5日 9:12\n收件人： 王芳\n主题： Re: 净水器\n\n您好",
            "From: Service\nSent: Monday, January 5, 2026 9:12 AM\nTo: Ann\nSubject: Re: kettle\n\nHello",
            "> Hello\n> again\n>\n> and again",
        ] {
            let parts = cut(&format!("Please call me.\n谢谢\n\n{history}"));
            assert_eq!(parts.text, "Please call me.\n谢谢", "{history}");
            assert_eq!(parts.quoted, history);
        }
    }

    #[test]
    fn what_a_person_wrote_stays() {
        for text in [
            "On Monday I wrote: nothing happens.",
            "在公司用不了，我写道：漏电",
            "From: my view it is broken.\nThanks",
            "> quoted\nand answered below",
            "Original message",
            "Dates:\n- Monday\n- Tuesday",
        ] {
            assert_eq!(own(text), text);
        }
    }

    #[test]
    fn a_mail_of_nothing_but_history_stays_whole() {
        let text = "-----Original Message-----\nFrom: a\nHello";
        assert_eq!(cut(text), Parts { text: text.into(), quoted: String::new() });
    }
}
