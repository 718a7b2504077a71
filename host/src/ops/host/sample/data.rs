//! The sample's texts, as they stand in `host/assets/sample/`.

use serde::Deserialize;

use crate::domain::calendar::NewCalendar;
use crate::domain::customer::{CustomerKind, Stage};
use crate::domain::role::AGENT;
use crate::domain::sla_policy::NewSlaPolicy;
use crate::domain::triage::Class;

const COMPANY: &str = include_str!("../../../../assets/sample/company.toml");
const CONVERSATIONS: &str = include_str!("../../../../assets/sample/conversations.toml");

/// The company: who works there, by which rules, and for whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// What it is called.
    pub name: String,
    /// Its teams.
    pub teams: Vec<SampleTeam>,
    /// The people in them.
    pub users: Vec<SampleUser>,
    /// When they work.
    pub calendars: Vec<SampleCalendar>,
    /// How soon tickets are to be answered and resolved.
    pub policies: Vec<NewSlaPolicy>,
    /// Whom it knows already.
    pub customers: Vec<SampleCustomer>,
}

/// A business calendar.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleCalendar {
    /// The calendar.
    pub calendar: NewCalendar,
    /// The names of the policies that follow it.
    pub policies: Vec<String>,
}

/// A team.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleTeam {
    /// What users name it by.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The classes of tickets that it takes.
    #[serde(default)]
    pub classes: Vec<Class>,
    /// The classes whose urgent tickets it is told of.
    #[serde(default)]
    pub watches: Vec<Class>,
}

/// Somebody who works there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleUser {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// BCP 47.
    pub language: String,
    /// What they may do.
    #[serde(default = "agent")]
    pub role: String,
    /// How many open tickets they take.
    pub capacity: i64,
    /// What they can do.
    pub skills: Vec<String>,
    /// What they speak.
    pub languages: Vec<String>,
    /// Where they work.
    pub region: Option<String>,
    /// The keys of their teams.
    pub teams: Vec<String>,
}

/// A customer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleCustomer {
    /// Person or organisation.
    #[serde(default = "person")]
    pub kind: CustomerKind,
    /// The name; no two have the same.
    pub name: String,
    /// How far it has come.
    pub stage: Stage,
    /// Value grade.
    pub grade: Option<String>,
    /// BCP 47.
    pub language: String,
    /// Where it is.
    pub region: Option<String>,
    /// `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// The name of the organisation that it belongs to, which stands before it.
    pub organisation: Option<String>,
    /// The address of the user who looks after it.
    pub owner: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What its orders are paid in.
    #[serde(default = "yuan")]
    pub currency: String,
    /// What it has bought.
    #[serde(default)]
    pub orders: Vec<Bought>,
}

/// Something that was bought.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bought {
    /// How long ago.
    pub days_ago: i64,
    /// What.
    pub item: String,
    /// How many.
    #[serde(default = "one")]
    pub quantity: i64,
    /// What it came to, in hundredths.
    pub cents: i64,
}

fn agent() -> String {
    AGENT.to_owned()
}

fn person() -> CustomerKind {
    CustomerKind::Person
}

fn yuan() -> String {
    "CNY".to_owned()
}

fn one() -> i64 {
    1
}

/// What customers write.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversations {
    /// By the form on the company's site.
    pub forms: Vec<Form>,
    /// By the company's Telegram bot.
    pub chats: Vec<Chat>,
}

/// A form that was filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The visitor's name.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// What they wrote.
    pub message: String,
    /// The class that triage is expected to find.
    pub class: Class,
}

/// A chat with the bot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// The chat's and the account's number.
    pub id: i64,
    /// The account's first name.
    pub first_name: String,
    /// The account's last name.
    pub last_name: String,
    /// As Telegram gives it, such as `zh-hans`.
    pub language_code: String,
    /// What the customer writes, one after the other.
    pub messages: Vec<String>,
    /// The class that triage is expected to find in the first.
    pub class: Class,
    /// What the company does about it.
    pub reply: Option<Turn>,
    /// What the customer answers to the survey, after the ticket was resolved.
    pub answer: Option<SampleAnswer>,
}

/// What somebody of the company does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What they write.
    pub text: String,
    /// Whether the ticket is done after that.
    #[serde(default)]
    pub resolves: bool,
}

/// What a customer answers to a survey.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum SampleAnswer {
    /// Presses the button of this rating.
    Presses(i64),
    /// Writes this.
    Writes(String),
}

impl Company {
    /// The company as it is shipped.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(COMPANY)
    }
}

impl Conversations {
    /// The conversations as they are shipped.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(CONVERSATIONS)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::identity::normalize;
    use crate::domain::triage::{self, Context};

    #[test]
    fn the_companys_names_fit_together() {
        let company = Company::shipped().unwrap();
        let teams: BTreeSet<_> = company.teams.iter().map(|team| team.key.as_str()).collect();
        let users: BTreeSet<_> = company.users.iter().map(|user| user.email.as_str()).collect();
        assert!(company.users.iter().flat_map(|user| &user.teams).all(|team| teams.contains(team.as_str())));
        let mut names = BTreeSet::new();
        for customer in &company.customers {
            let known = |name: &Option<String>| name.as_deref().is_none_or(|name| names.contains(name));
            assert!(known(&customer.organisation), "{}", customer.name);
            let owner = customer.owner.as_deref();
            assert!(owner.is_none_or(|owner| users.contains(owner)), "{}", customer.name);
            assert!(names.insert(customer.name.as_str()), "{} stands there twice", customer.name);
        }
    }

    #[test]
    fn every_demand_has_a_team_and_a_policy() {
        let company = Company::shipped().unwrap();
        for class in [Class::Inquiry, Class::Complaint, Class::Purchase, Class::AfterSales] {
            assert!(company.teams.iter().any(|team| team.classes.contains(&class)), "{class}");
        }
        assert!(company.policies.iter().any(|policy| policy.class.is_none() && policy.priority.is_none()));
        for name in company.calendars.iter().flat_map(|calendar| &calendar.policies) {
            assert!(company.policies.iter().any(|policy| policy.name == *name), "{name}");
        }
    }

    #[test]
    fn numbers_and_addresses_can_be_kept() {
        let company = Company::shipped().unwrap();
        let conversations = Conversations::shipped().unwrap();
        let forms = conversations.forms.iter().map(|form| (&form.phone, &form.email));
        let customers = company.customers.iter().map(|customer| (&customer.phone, &customer.email));
        for (phone, email) in customers.chain(forms) {
            assert!(phone.as_ref().is_none_or(|phone| normalize("phone", phone, None).is_ok()), "{phone:?}");
            assert!(email.as_ref().is_none_or(|email| normalize("email", email, None).is_ok()), "{email:?}");
        }
    }

    #[test]
    fn triage_finds_what_the_customers_are_said_to_want() {
        let conversations = Conversations::shipped().unwrap();
        let forms = conversations.forms.iter().map(|form| ("web-form", &form.message, form.class));
        let chats = conversations.chats.iter().map(|chat| ("telegram", &chat.messages[0], chat.class));
        let wrong = forms.chain(chats).filter_map(|(channel, text, class)| {
            let verdict = triage::classify(text, &Context { channel, ..Context::default() });
            (verdict.class != class).then(|| format!("{text}: {} for {:?}", verdict.class, verdict.reasons))
        });
        assert_eq!(wrong.collect::<Vec<_>>(), Vec::<String>::new());
    }
}
