//! Tells what somebody wrote this time from what their mail program repeated from before.
//!
//! A mail is cut into stretches of new lines and of repeated ones. Repeated ones go; only where answers stand between
//! several of them they stay, because the answers mean nothing without. A new line never goes.

mod marks;
mod vocabulary;

/// A mail's text in two parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    /// What was written this time.
    pub text: String,
    /// What was repeated from before; empty when there is nothing.
    pub quoted: String,
}

/// A stretch of lines: from this one to that one, without it.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    is_new: bool,
    from: usize,
    to: usize,
}

/// Takes a text apart. `history_at` is the byte from which on all is known to be repeated. A text that has nothing new
/// stays whole.
pub fn cut(text: &str, history_at: Option<usize>) -> Parts {
    let (text, history) = text.split_at(history_at.unwrap_or(text.len()));
    let lines: Vec<&str> = text.lines().collect();
    let stretches = stretches(&lines);
    let Some(last_new) = stretches.iter().rposition(|stretch| stretch.is_new) else {
        return Parts { text: format!("{text}{history}").trim().to_owned(), quoted: String::new() };
    };
    let repeated = |stretch: &&Stretch| !stretch.is_new;
    let is_answered_between = stretches[..last_new].iter().filter(repeated).count() > 1;
    let goes = |index: usize| !stretches[index].is_new && (index > last_new || !is_answered_between);
    let chosen = |wanted: bool| {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for (index, stretch) in stretches.iter().enumerate() {
            match ranges.last_mut() {
                Some(range) if goes(index) == wanted && index > 0 && goes(index - 1) == wanted => {
                    range.1 = stretch.to;
                }
                _ if goes(index) == wanted => ranges.push((stretch.from, stretch.to)),
                _ => {}
            }
        }
        let joined: Vec<String> = ranges.into_iter().map(|(from, to)| lines[from..to].join("\n")).collect();
        joined.join("\n\n")
    };
    let quoted = [chosen(true).as_str(), history].join("\n");
    Parts { text: chosen(false).trim().to_owned(), quoted: quoted.trim().to_owned() }
}

/// Cuts a text into stretches; none is blank.
fn stretches(lines: &[&str]) -> Vec<Stretch> {
    // What is looked for stands on lines that follow one another but for blank ones.
    let filled: Vec<usize> = (0..lines.len()).filter(|index| !marks::is_blank(lines[*index])).collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut at = 0;
    while at < filled.len() {
        let rest = &filled[at..];
        let (is_new, length) = match marks::begins(lines, rest) {
            Some(marks::Mark::Quote(length)) => (false, length),
            Some(marks::Mark::History) => (false, rest.len()),
            None => (!marks::is_quoted(lines[rest[0]]), 1),
        };
        let (from, last) = (rest[0], rest[length - 1]);
        // A line that only separates belongs to what it separates from.
        let from = if is_new {
            from
        } else {
            take_separators(lines, &filled[..at], &mut stretches, from, length == rest.len())
        };
        match stretches.last_mut() {
            Some(before) if before.is_new == is_new => before.to = last + 1,
            _ => stretches.push(Stretch { is_new, from, to: last + 1 }),
        }
        at += length;
    }
    stretches
}

/// Takes lines such as `________` and `Original` away from the new ones above a history.
fn take_separators(
    lines: &[&str],
    above: &[usize],
    stretches: &mut Vec<Stretch>,
    from: usize,
    is_history: bool,
) -> usize {
    let mut from = from;
    for index in above.iter().rev().take(3) {
        let Some(before) = stretches.last_mut().filter(|stretch| stretch.is_new) else { break };
        if !is_history || !marks::separates(lines[*index]) {
            break;
        }
        from = *index;
        if before.from == *index {
            stretches.pop();
            break;
        }
        before.to = *index;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "已经收到，谢谢。\n第二个问题：滤芯在哪里买？";

    #[test]
    fn a_history_below_is_cut_as_mail_programs_write_it() {
        for history in [
            "On Mon, Jan 5, 2026 at 9:12 AM Service <service@example.com> wrote:\n> Hello",
            "On Mon, Jan 5, 2026 at 9:12\u{202f}AM Service Team\n<service@example.com> wrote:\n\n> Hello\n> again",
            "On Mar 5, 2026, at 15:12, Service <service@example.com> wrote:\n\n\u{feff}Hello,\nyour order is on its way.",
            "At 2026-03-05 15:12:00, \"客服\" <service@example.com> wrote:\n>您好\n>客服",
            "在 2026-03-05 15:12:00，\"客服\" <service@example.com> 写道：\n您好，订单今天发货。\n客服",
            "在 2026年1月5日 上午9:12，客服 <service@example.com> 写道：\n> 您好",
            "在 2026年3月5日，15:12，客服 <service@example.com> 写道：\n\n\u{feff}您好，订单今天发货。\n客服",
            "2026年3月5日 15:12，客服 <service@example.com> 写道：\n\n> 您好",
            "> 2026年3月5日 15:12，客服 <service@example.com> 写道：\n> \n> 您好",
            "客服 <service@example.com> 于2026年3月5日周四 15:12写道：\n\n> 您好\n> 客服",
            "晴川家电股份有限公司客户服务中心 <service@example.com>\n于2026年3月5日周四 15:12写道：\n\n> 您好",
            "A Very Long Name of a Company with Several Departments and\nOffices <service@example.com>\n于2026年3月5日周四 15:12写道：\n\n> 您好",
            "在 2026/3/5 15:12, 客服 写道:\n> 您好",
            "Am 05.01.26 um 09:12 schrieb Service:\n> Hallo",
            "-----Original Message-----\nFrom: Service\nHello",
            "-------- Original Message --------\nOn Thursday, 03/05/26 at 15:12 Service <service@example.com> wrote:\nHello",
            "------------------ 原始邮件 ------------------\n发件人: \"客服\"\n您好",
            "------------------&nbsp;原始邮件&nbsp;------------------\n发件人: \"客服\"\n您好",
            "---- 回复的原邮件 ----\n| 发件人 | 客服<service@example.com> |\n| 日期 | 2026年03月05日 15:12 |\n您好",
            "---- Replied Message ----\n| From | Service<service@example.com> |\n| Date | 03/05/2026 15:12 |\nHello",
            "---------- 转发的邮件 ---------\n发件人：客服\n您好",
            "Begin forwarded message:\n\nFrom: Service\nHello",
            "         Original\n         \n       \nFrom:客服 <service@example.com>\nSent Time:Mar 5, 2026 15:12\nTo:qian <qian@customer.example>\nSubject:订单\n\n您好",
            "         原始邮件\n         \n       \n发件人：客服 <service@example.com>\n发件时间：2026年3月5日 15:12\n收件人：qian <qian@customer.example>\n主题：订单\n\n您好",
            "发件人： 客服\n发送时间： 2026年1月5日 9:12\n收件人： 王芳\n主题： Re: 净水器\n\n您好",
            "________________________________\n发件人: 客服 <service@example.com>\n发送时间: 2026年3月5日 15:12\n收件人: 王芳 <wang@customer.example>\n主题: 订单\n\n您好",
            "________________________________\nFrom: Service\nSent: Monday, January 5, 2026 9:12 AM\nTo: Ann\nSubject: Re: kettle\n\nHello",
            "________________________________\n寄件者: 客服 <service@example.com>\n寄件日期: 2026年3月5日 15:12\n收件者: 王芳\n主旨: 訂單\n\n您好",
            "发件人：客服 <service@example.com>\n时间：2026年3月5日(周四) 15:12\n主题：订单\n收件人：\"王芳\"<wang@customer.example>\n您好",
            "From: \"Service\"<service@example.com>\nDate: Thu, Mar 5, 2026, 15:12\nSubject: Your order\nTo: \"Ann\"<ann@customer.example>\nHello",
            "------------------------------------------------------------------\n发件人：客服<service@example.com>\n日　期：2026年3月5日 15:12:00\n收件人：王芳<wang@customer.example>\n抄　送：李四<li@customer.example>\n主　题：订单\n\n您好",
            "发件人： 客服\n发送时间： 2026-03-05 15:12\n收件人： wang\n抄送： a; b;\n c; d\n主题： 订单\n您好",
            "*From:* Service <service@example.com>\n*Sent:* Monday\n*To:* Ann\n*Subject:* kettle\n\nHello",
            "> Hello\n> again\n>\n> and again",
            "Service <service@example.com> writes:\n\n> Hello",
            "Marta Berg wrote:\n> Hello",
            "客服写道：\n> 您好",
            "Service <service@example.com> wrote on 01/05/2026 09:12:30 AM:\n\n> Hello",
            "---- On Mon, 05 Jan 2026 09:12:00 +0800 Service <service@example.com> wrote ----\n\nHello",
            "----- Original Message ----- From: \"Service\" <service@example.com>\nTo: <ann@customer.example>\nHello",
            "пн, 5 янв. 2026\u{a0}г. в 09:12, Service <service@example.com>:\n\n> Здравствуйте",
            "05.01.2026 09:12, Service пишет:\n> Здравствуйте",
            "5 січ. 2026 р. о 09:12 Service <service@example.com> пише:\n\n> Добрий день",
            "2026年1月5日(月) 9:12 客服 <service@example.com>:\n\n> こんにちは",
            "2026年1月5日(月) 9:12 晴川カスタマー <service@example.com\n>:\n\n> こんにちは",
            "Zitat von service@example.com:\n\n> Hallo",
            "--Am Montag, 5. Januar 2026 09:12 Uhr +0100 schrieb Service <service@example.com>:\n> Hallo",
            "Service <service@example.com> schrieb am Mo., 5. Jan. 2026 um 09:12 Uhr:\n\n> Hallo",
            "Service der Beispiel AG <service@example.com> schrieb am Mo., 5.\nJan. 2026 um 09:12 Uhr:\n\n> Hallo",
            "W dniu 5.01.2026 o 09:12, Service pisze:\n> Witam",
            "pon., 5 sty 2026 o 09:12 Service <service@example.com> napisał(a):\n\n> Witam",
            "Op ma 5 jan 2026 om 09:12 schreef Service <service@example.com>:\n\n> Hallo",
            "Op 5 jan. 2026 om 09:12 heeft Service <service@example.com> het\nvolgende geschreven:\n\nHallo",
            "Den mån 5 jan. 2026 kl 09:12 skrev Service <service@example.com>:\n\n> Hej",
            "tir. 5. jan. 2026 kl. 09:12 skrev Service <service@example.com\n>:\n\n> Hei",
            "ma 5. tammikuuta 2026 klo 9.12 Service <\nservice@example.com> kirjoitti:\n\n> Hei",
            "On Mon, 5 Jan 2026\nat 09:12,\nThe Service of\nA Long Name Ltd.\n<service@example.com> wrote:\n\n> Hello",
            "보낸 사람: Service <service@example.com>\n보낸 날짜: 2026년 1월 5일 월요일 오전 9:12\n받는 사람: Ann\n제목: kettle\n\n안녕하세요",
            "Da: Service <service@example.com>\nInviato: lunedì 5 gennaio 2026 09:12\nA: Ann\nOggetto: bollitore\n\nBuongiorno",
            "Van: Service\nVerzonden: maandag 5 januari 2026 09:12\nAan: Ann\nOnderwerp: ketel\n\nHallo",
            "Från: Service\nSkickat: den 5 januari 2026 09:12\nTill: Ann\nÄmne: kittel\n\nHej",
            "-------- Oprindelig besked --------\nFra: Service\nDato: 05.01.2026\nTil: Ann\nEmne: kedel\n\nHej",
            "-----Mensaje original-----\n\n> Hola",
            "От: Service <service@example.com>\nОтправлено: 5 января 2026 г. 9:12\nКому: Ann\nТема: чайник\n\nЗдравствуйте",
            "Od: Service\nWysłano: poniedziałek, 5 stycznia 2026 09:12\nDo: Ann\nTemat: czajnik\n\nWitam",
        ] {
            let parts = cut(&format!("{NEW}\n\n{history}"), None);
            assert_eq!(parts.text, NEW, "{history}");
            assert_eq!(parts.quoted, history.trim(), "{history}");
            let signed = cut(&format!("{NEW}\n\n发自我的 iPhone\n\n{history}\n"), None);
            assert_eq!(signed.text, format!("{NEW}\n\n发自我的 iPhone"), "{history}");
        }
    }

    #[test]
    fn what_a_person_wrote_stays() {
        for text in [
            "On Monday I wrote: nothing happens.",
            "在公司用不了，我写道：漏电",
            "From: my view it is broken.\nThanks",
            "Original message",
            "Original\n\nThe pump is the original one.",
            "Dates:\n- Monday\n- Tuesday",
            "From: Berlin\nTo: Hamburg\nDate: 5 May\nPlease deliver it.",
            "收件人：王芳\n地址：上海市\n电话：13800138000\n请发货",
            "发件人没有写，日期也没有，主题更没有。\n请查一下",
            "客服写道：\n我们明天上门。\n可是没有人来。",
            "See you then.\n________________\nAnn Lee\nExample Ltd.",
            ">From the beginning it was broken.",
            "Da: Milano\nA: Roma\nData: 5 maggio\nGrazie",
            "Please send it to Ann <ann@customer.example>:\nOne kettle.",
            "On 2026-01-05 at 9:12 the display said:\nE12",
            "Parcels of 05.01.2026 9:12 for Ann Lee <ann@customer.example>:\none kettle",
            "Mr. Berg wrote:\nyou owe us money.",
            "-- \nAnn wrote --",
        ] {
            assert_eq!(cut(text, None), Parts { text: text.into(), quoted: String::new() }, "{text}");
            let answered =
                cut(&format!("{text}\n\nOn Jan 5, 2026 Service <s@example.com> wrote:\n> Hello"), None);
            assert_eq!(answered.text, text);
        }
    }

    #[test]
    fn an_answer_below_the_history_is_found() {
        let intro = "On Mon, Jan 5, 2026 at 9:12 AM Service <service@example.com> wrote:";
        let parts = cut(&format!("{intro}\n> Hello\n>\n> When?\n\nOn Tuesday.\nAnn"), None);
        assert_eq!(
            (parts.text.as_str(), parts.quoted.as_str()),
            ("On Tuesday.\nAnn", &*format!("{intro}\n> Hello\n>\n> When?"))
        );
        let parts = cut(&format!("Hello,\n\n{intro}\n\n> When?\n\nOn Tuesday."), None);
        assert_eq!(
            (parts.text.as_str(), parts.quoted.as_str()),
            ("Hello,\n\nOn Tuesday.", &*format!("{intro}\n\n> When?"))
        );
    }

    #[test]
    fn a_line_above_an_introduction_stays() {
        for (line, intro) in [
            (
                "On Jan 3, 2026 at 10:00 I called you.",
                "On Jan 5, 2026 at 9:12 AM Service <s@example.com> wrote:",
            ),
            ("Thanks,\nAnn", "Service <s@example.com> wrote:"),
            ("It says:", "05.01.2026 9:12, Service <s@example.com>:"),
        ] {
            let parts = cut(&format!("{line}\n{intro}\n> Hello"), None);
            assert_eq!((parts.text.as_str(), parts.quoted), (line, format!("{intro}\n> Hello")));
        }
        for text in
            ["Please write this to ann@customer.example:", "I wrote:", "The log has this:", "He <3 it:"]
        {
            assert_eq!(cut(&format!("{text}\n> E12"), None).text, text);
        }
    }

    #[test]
    fn answers_between_keep_what_they_answer() {
        let text = "Hello,\n\n> When?\nOn Tuesday.\n\n> Where?\nAt home.";
        let parts = cut(&format!("{text}\n\n> Regards\n> Service"), None);
        assert_eq!((parts.text.as_str(), parts.quoted.as_str()), (text, "> Regards\n> Service"));
    }

    #[test]
    fn a_mail_of_nothing_but_history_stays_whole() {
        let text = "-----Original Message-----\nFrom: a\nHello";
        assert_eq!(cut(text, None), Parts { text: text.into(), quoted: String::new() });
        assert_eq!(cut("old\n", Some(0)), Parts { text: "old".into(), quoted: String::new() });
        assert_eq!(cut("new\nold\n", Some(4)), Parts { text: "new".into(), quoted: "old".into() });
    }

    #[test]
    fn long_histories_cost_what_their_length_costs() {
        let new = "two\nnew lines\n";
        for history in [
            "> quoted text\n".repeat(100_000),
            format!("{} deep\n", ">".repeat(500_000)).repeat(2),
            (1..1_000).map(|depth| format!("{} deep\n", ">".repeat(depth))).collect(),
            format!("{}> end", "\n".repeat(200_000)),
        ] {
            assert_eq!(cut(&format!("{new}{history}"), None).text, "two\nnew lines");
        }
        for text in [
            "From: x\n\n\n\n".repeat(50_000),
            "On 2026 <\n".repeat(100_000),
            "x".repeat(1 << 20),
            "a\n> b\n".repeat(50_000),
        ] {
            assert!(cut(&text, None).text.len() + 10 >= text.trim().len());
        }
    }
}
