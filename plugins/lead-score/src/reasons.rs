//! Why a score is what it is, said in a sentence with its points.

use crate::words::Topic;

/// The language that reasons are said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`
    Chinese,
    /// `en`
    English,
}

impl Language {
    /// By its BCP 47 tag; anything that isn't Chinese is answered in English.
    pub fn of(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// When nothing speaks for or against.
    pub fn nothing_yet(self) -> &'static str {
        match self {
            Self::Chinese => "还没有购买迹象",
            Self::English => "No sign of buying yet",
        }
    }
}

/// One part of a score.
#[derive(Debug)]
pub struct Reason {
    /// What it adds or takes.
    pub points: f64,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Asked { topic: Topic, word: String, days: f64 },
    Refused { word: String, days: f64 },
    Complained { word: String, days: f64 },
    Contacts(u32),
    Stage(String),
    Orders(f64),
    Satisfaction(f64),
}

impl Reason {
    /// The customer asked about something.
    pub fn asked(points: f64, topic: Topic, word: &str, days: f64) -> Self {
        Self { points, why: Why::Asked { topic, word: word.into(), days } }
    }

    /// The customer doesn't want to buy.
    pub fn refused(word: &str, days: f64) -> Self {
        Self { points: 0.0, why: Why::Refused { word: word.into(), days } }
    }

    /// The customer complained.
    pub fn complained(points: f64, word: &str, days: f64) -> Self {
        Self { points, why: Why::Complained { word: word.into(), days } }
    }

    /// The customer got in touch so many times.
    pub fn contacts(points: f64, times: u32) -> Self {
        Self { points, why: Why::Contacts(times) }
    }

    /// The customer's life-cycle stage.
    pub fn stage(points: f64, stage: &str) -> Self {
        Self { points, why: Why::Stage(stage.into()) }
    }

    /// The customer ordered before.
    pub fn orders(points: f64, orders: f64) -> Self {
        Self { points, why: Why::Orders(orders) }
    }

    /// The latest survey answer, 0 to 1.
    pub fn satisfaction(points: f64, csat: f64) -> Self {
        Self { points, why: Why::Satisfaction(csat) }
    }

    /// Whether it is a refusal, which takes points by voiding what was asked before.
    pub fn is_refusal(&self) -> bool {
        matches!(self.why, Why::Refused { .. })
    }

    /// By what it is sorted: its points, and a refusal as if it had taken some.
    pub fn weight(&self) -> f64 {
        if self.is_refusal() { 15.0 } else { self.points.abs() }
    }

    /// The sentence, with points such as `+27` or `−12` at its end.
    pub fn say(&self, language: Language) -> String {
        let points = if self.is_refusal() {
            String::new()
        } else {
            let sign = if self.points < 0.0 { '−' } else { '+' };
            let colon = if language == Language::Chinese { "：" } else { ": " };
            format!("{colon}{sign}{:.0}", self.points.abs())
        };
        match language {
            Language::Chinese => self.chinese() + &points,
            Language::English => self.english() + &points,
        }
    }

    fn chinese(&self) -> String {
        match &self.why {
            Why::Asked { topic, word, days } => {
                let about = match topic {
                    Topic::Order => "想要购买",
                    Topic::Quote => "询问报价",
                    Topic::Trial => "想要试用或演示",
                    Topic::Price => "询问价格",
                    Topic::Own => "提到关注的词",
                    Topic::Discount => "询问优惠",
                    Topic::Stock => "询问现货或交期",
                };
                format!("{about}（“{word}”，{}）", ago_chinese(*days))
            }
            Why::Refused { word, days } => {
                format!("表示不需要（“{word}”，{}），此前的购买意向不计", ago_chinese(*days))
            }
            Why::Complained { word, days } => format!("有投诉或不满（“{word}”，{}）", ago_chinese(*days)),
            Why::Contacts(times) => format!("主动联系 {times} 次"),
            Why::Stage(stage) => {
                let name = match stage.as_str() {
                    "lead" => "线索",
                    "prospect" => "潜在客户",
                    "customer" => "客户",
                    "repeat" => "回头客",
                    "lapsed" => "流失客户",
                    other => other,
                };
                format!("阶段为{name}")
            }
            Why::Orders(orders) => format!("已下过 {orders:.0} 个订单"),
            Why::Satisfaction(csat) => format!("最近一次满意度 {:.0}%", csat * 100.0),
        }
    }

    fn english(&self) -> String {
        match &self.why {
            Why::Asked { topic, word, days } => {
                let about = match topic {
                    Topic::Order => "Wants to buy",
                    Topic::Quote => "Asked for a quote",
                    Topic::Trial => "Asked for a trial or demo",
                    Topic::Price => "Asked about the price",
                    Topic::Own => "Used a word of interest",
                    Topic::Discount => "Asked for a discount",
                    Topic::Stock => "Asked about stock or delivery",
                };
                format!("{about} (“{word}”, {})", ago_english(*days))
            }
            Why::Refused { word, days } => {
                format!("Said no (“{word}”, {}); what was asked before doesn't count", ago_english(*days))
            }
            Why::Complained { word, days } => format!("Complained (“{word}”, {})", ago_english(*days)),
            Why::Contacts(1) => "Got in touch once".into(),
            Why::Contacts(times) => format!("Got in touch {times} times"),
            Why::Stage(stage) => format!("Stage is {stage}"),
            Why::Orders(orders) if *orders < 2.0 => "Placed 1 order".into(),
            Why::Orders(orders) => format!("Placed {orders:.0} orders"),
            Why::Satisfaction(csat) => format!("Latest satisfaction {:.0}%", csat * 100.0),
        }
    }
}

fn ago_chinese(days: f64) -> String {
    match days {
        days if days < 1.0 => "今天".into(),
        days if days < 2.0 => "昨天".into(),
        days => format!("{:.0} 天前", days.floor()),
    }
}

fn ago_english(days: f64) -> String {
    match days {
        days if days < 1.0 => "today".into(),
        days if days < 2.0 => "yesterday".into(),
        days => format!("{:.0} days ago", days.floor()),
    }
}
