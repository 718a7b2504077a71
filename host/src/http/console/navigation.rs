//! Where one can go from every page: the one list of it.

use super::frame::Frame;
use super::records::plural;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{KINDS, Kind};
use crate::ops::RequestContext;
use crate::ops::{desk, records};

/// The kinds of records that stand in the bar, then those behind "more".
const IN_BAR: [&str; 4] = ["customer", "deal", "task", "order"];
const MORE: [&str; 8] =
    ["ticket", "partner", "partner-user", "team", "user", "sla-policy", "calendar", "token"];

/// A place to go.
#[derive(Debug, Clone)]
pub struct Destination {
    /// Its path.
    pub path: String,
    /// What it is called.
    pub text: String,
    /// Whether the page is there.
    pub is_here: bool,
}

/// Where who signed in can go.
#[derive(Debug, Clone, Default)]
pub struct Navigation {
    /// What is used all day.
    pub bar: Vec<Destination>,
    /// The rest.
    pub more: Vec<Destination>,
}

impl Navigation {
    /// For who looks at a page.
    pub fn of(frame: &Frame) -> Self {
        let Some(signed_in) = &frame.signed_in else { return Self::default() };
        let ctx = RequestContext::by(signed_in.actor());
        let here = |paths: &[&str]| paths.iter().any(|path| frame.is_at(path));
        let to =
            |path: &str, text: String, is_here: bool| Destination { path: path.to_owned(), text, is_here };
        let list = |kind: &'static Kind| {
            let path = format!("/records/{}", kind.name);
            let below = [format!("{path}/"), format!("{path}?")];
            let is_here = frame.here == path || below.iter().any(|below| frame.is_at(below));
            to(&path, plural(frame, kind), is_here)
        };
        let kinds = |names: &[&str]| {
            let known = names.iter().filter_map(|name| KINDS.iter().copied().find(|kind| kind.name == *name));
            known.filter(|kind| records::sees_pages(&ctx, kind)).map(list).collect::<Vec<_>>()
        };
        let mut bar = Vec::new();
        if desk::may_look(&ctx).is_ok() {
            bar.push(to("/inbox", frame.t("nav-inbox"), here(&["/inbox", "/tickets"])));
        }
        bar.extend(kinds(&IN_BAR));
        if frame.setup_left > 0 {
            bar.push(to("/setup", frame.count("nav-setup", &frame.setup_left), here(&["/setup"])));
        }
        let mut more: Vec<Destination> = frame.kinds.iter().copied().map(list).collect();
        more.extend(kinds(&MORE));
        if frame.may(Permission::PluginsRead) {
            more.push(to("/plugins", frame.t("nav-plugins"), here(&["/plugins"])));
        }
        if frame.may(Permission::UsersRead) {
            more.push(to("/roles", frame.t("nav-roles"), here(&["/roles", "/preview"])));
        }
        if frame.may_change_kinds() {
            more.push(to("/fields/customer", frame.t("nav-fields"), here(&["/fields"])));
        }
        if frame.may(Permission::KindsWrite) {
            more.push(to("/kinds", frame.t("nav-kinds"), here(&["/kinds"])));
        }
        Self { bar, more }
    }

    /// The first place to go; their own account for who can go nowhere else.
    pub fn first(&self) -> &str {
        self.bar.iter().chain(&self.more).next().map_or("/account", |place| &place.path)
    }

    /// Whether the page is one of those behind "more".
    pub fn is_more_here(&self) -> bool {
        self.more.iter().any(|destination| destination.is_here)
    }
}
