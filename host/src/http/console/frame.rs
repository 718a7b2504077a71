//! What every page of the console has around it: language, theme, who signed in.

use axum::http::HeaderMap;
use uuid::Uuid;

use super::navigation::Navigation;
use crate::domain::actor::Permission;
use crate::domain::catalogue::Kind;
use crate::domain::clock::Timestamp;
use crate::domain::team::User;
use crate::domain::words::words;
use crate::http::cookies;
use crate::http::texts::{Texts, in_utc};
use crate::ops::accounts::SignedIn;
use crate::store::db::Db;

words! {
    /// How pages look.
    pub enum Theme {
        /// As the system has it.
        System = "system",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its words.
    pub texts: Texts,
    /// How it looks.
    pub theme: Theme,
    /// Who signed in.
    pub signed_in: Option<SignedIn>,
    /// Its own path and query, to come back to.
    pub here: String,
    /// When it is drawn.
    pub now: Timestamp,
    /// Tells what was drawn later from what was drawn earlier: it is greater. Taken before anything is read.
    pub drawn: Uuid,
    /// How many of the first steps on this server are left to do for who signed in.
    pub setup_left: i64,
    /// How many notifications who signed in hasn't read.
    pub unread: i64,
    /// The declared kinds whose records who signed in may see.
    pub kinds: Vec<&'static Kind>,
}

impl Frame {
    /// For a request.
    pub fn new(headers: &HeaderMap, signed_in: Option<SignedIn>, here: String, db: &Db) -> Self {
        let theme = cookies::read(headers, cookies::THEME).and_then(|theme| theme.parse().ok());
        let texts = match &signed_in {
            Some(signed_in) => Texts::of(&signed_in.user.language),
            None => cookies::read(headers, cookies::LANGUAGE)
                .map_or_else(|| Texts::of_browser(headers), Texts::of),
        };
        let theme = theme.unwrap_or(Theme::System);
        let (now, drawn) = (db.now(), db.id());
        Self { texts, theme, signed_in, here, now, drawn, setup_left: 0, unread: 0, kinds: Vec::new() }
    }

    /// It is drawn again.
    pub fn redraw(&mut self, db: &Db) {
        (self.now, self.drawn) = (db.now(), db.id());
    }

    /// A message.
    pub fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }

    /// The message for a word of the domain.
    pub fn word(&self, group: &str, word: &str) -> String {
        self.texts.word(group, word)
    }

    /// A message with a number in it.
    pub fn count(&self, key: &str, count: &i64) -> String {
        self.texts.count(key, *count)
    }

    /// A message with a name in it.
    pub fn named(&self, key: &str, name: &str) -> String {
        self.texts.named(key, name)
    }

    /// How long ago something was.
    pub fn ago(&self, at: &Timestamp) -> String {
        self.texts.ago(*at, self.now)
    }

    /// A time in full.
    pub fn in_utc(&self, at: &Timestamp) -> String {
        in_utc(*at)
    }

    /// Who signed in.
    pub fn user(&self) -> Option<&User> {
        self.signed_in.as_ref().map(|signed_in| &signed_in.user)
    }

    /// What forms prove themselves by; empty where nobody signed in.
    pub fn proof(&self) -> &str {
        self.signed_in.as_ref().map_or("", |signed_in| &signed_in.proof)
    }

    /// What the roles of somebody are called.
    pub fn roles_of(&self, user: &User) -> String {
        let names = user.roles.iter().map(|role| self.texts.word("role", role));
        names.collect::<Vec<_>>().join(self.t("list-comma").as_str())
    }

    /// The language of the page, BCP 47.
    pub fn language(&self) -> &'static str {
        if self.is_chinese() { "zh-CN" } else { "en" }
    }

    /// Whether the page is in Chinese.
    pub fn is_chinese(&self) -> bool {
        self.texts == Texts::Chinese
    }

    /// Where one can go from every page.
    pub fn navigation(&self) -> Navigation {
        Navigation::of(self)
    }

    /// Whether who signed in may add fields to kinds of records.
    pub fn may_change_kinds(&self) -> bool {
        self.may(Permission::FieldsWrite)
    }

    /// Whether who signed in may do something.
    pub fn may(&self, permission: Permission) -> bool {
        let may = |signed_in: &SignedIn| signed_in.actor().rights.contain(permission);
        self.signed_in.as_ref().is_some_and(may)
    }

    /// Whether who signed in may look at what others see.
    pub fn sees_as_others(&self) -> bool {
        self.may(Permission::UsersWrite)
    }

    /// Whether who signed in is told what happens.
    pub fn sees_notifications(&self) -> bool {
        let may = |signed_in: &SignedIn| signed_in.actor().rights.contain(Permission::NotificationsRead);
        self.signed_in.as_ref().is_some_and(may)
    }

    /// The number of unread notifications, as far as a number tells something.
    pub fn badge(&self) -> String {
        if self.unread > 99 { "99+".to_owned() } else { self.unread.to_string() }
    }

    /// Whether the page stands below a path.
    pub fn is_at(&self, path: &str) -> bool {
        self.here.starts_with(path)
    }

    /// Whether this is the theme.
    pub fn is_theme(&self, theme: &str) -> bool {
        self.theme.as_str() == theme
    }
}
