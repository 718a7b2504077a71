//! `/roles`: what people may do, which records they reach and how they see them; and what somebody sees by it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value, json};

use super::frame::Frame;
use super::permissions::{self, PermissionBox};
use super::records::{plural, trouble};
use super::visitor::{Fields, Person, Sent};
use crate::domain::actor::Permission;
use crate::domain::catalogue::{FieldClass, KINDS, Kind};
use crate::domain::ids::{RoleId, UserId};
use crate::domain::role::{
    ADMINISTRATOR, KindReach, NewRole, Reach, ReachedKind, Role, RoleChange, Sight, Sights, shipped,
};
use crate::domain::team::User;
use crate::http::extract::Id;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::accounts::roles;
use crate::ops::accounts::teams;
use crate::ops::records::preview::{self, SeenKind};
use crate::ops::{App, Refusal};

/// The list of roles.
#[derive(Template)]
#[template(path = "console/roles.html")]
struct RolesPage<'a> {
    frame: &'a Frame,
    roles: Vec<(Role, i64)>,
    sent: &'a Fields,
    notes: Vec<String>,
}

impl RolesPage<'_> {
    /// How far a role reaches that doesn't reach all.
    fn narrow(&self, role: &Role) -> Vec<String> {
        let narrow = role.reach.iter().filter(|(_, reach)| reach.read != Reach::All);
        let text = |(kind, reach): (&String, &KindReach)| {
            format!("{}: {}", kind_title(self.frame, kind), self.frame.word("reach", reach.read.as_str()))
        };
        narrow.map(text).collect()
    }

    fn may(&self) -> bool {
        self.frame.may(Permission::RolesWrite)
    }
}

/// One role.
#[derive(Template)]
#[template(path = "console/role.html")]
struct RolePage<'a> {
    frame: &'a Frame,
    role: Role,
    groups: Vec<(String, Vec<PermissionBox>)>,
    holders: Vec<User>,
    notes: Vec<String>,
}

impl RolePage<'_> {
    fn may(&self) -> bool {
        self.frame.may(Permission::RolesWrite) && !self.is_fixed()
    }

    fn is_fixed(&self) -> bool {
        self.role.name == ADMINISTRATOR
    }

    fn is_shipped(&self) -> bool {
        shipped().any(|role| role.name == self.role.name)
    }

    /// The kinds that it reaches, each with how far it sees and changes them.
    fn reaches(&self) -> Vec<(String, String, Reach, Reach)> {
        let of = |kind: &str| {
            let reach = self.role.reach.get(kind).copied().unwrap_or(KindReach::ALL);
            (kind.to_owned(), kind_title(self.frame, kind), reach.read, reach.change)
        };
        reached(self.frame).into_iter().map(of).collect()
    }

    /// The classes, each with how it sees them.
    fn classes(&self) -> Vec<(FieldClass, Sight)> {
        let sights = Sights::of(&self.role.classes);
        let classes = [FieldClass::Contact, FieldClass::Personal, FieldClass::Financial];
        classes.into_iter().map(|class| (class, sights.of_class(class))).collect()
    }

    fn reach_words(&self) -> &'static [&'static str] {
        Reach::WORDS
    }

    fn sight_words(&self) -> &'static [&'static str] {
        Sight::WORDS
    }
}

/// What somebody sees.
#[derive(Template)]
#[template(path = "console/preview.html")]
struct PreviewPage<'a> {
    frame: &'a Frame,
    user: User,
    /// What their roles are called.
    roles: String,
    kinds: Vec<SeenKind>,
}

impl PreviewPage<'_> {
    fn plural(&self, kind: &'static Kind) -> String {
        plural(self.frame, kind)
    }
}

/// The kinds whose records belong to somebody.
fn reached(frame: &Frame) -> Vec<&'static str> {
    ReachedKind::WORDS.iter().copied().chain(frame.kinds.iter().map(|kind| kind.name)).collect()
}

fn kind_title(frame: &Frame, name: &str) -> String {
    let known = KINDS.iter().chain(&frame.kinds).copied().find(|known| known.name == name);
    known.map_or_else(|| name.to_owned(), |kind| plural(frame, kind))
}

/// Shows the roles.
pub async fn list(State(app): State<App>, person: Person) -> Result<Response, Problem> {
    draw_list(&app, &person, &Fields::default(), Vec::new(), StatusCode::OK).await
}

async fn draw_list(
    app: &App,
    person: &Person,
    sent: &Fields,
    notes: Vec<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let users = teams::users(&mut tx, &person.ctx).await?;
    let holders =
        |role: &Role| users.iter().filter(|user| user.active && user.roles.contains(&role.name)).count();
    let roles = roles::list(&mut tx, &person.ctx).await?;
    let roles = roles.into_iter().map(|role| (holders(&role), role));
    let roles = roles.map(|(count, role)| (role, i64::try_from(count).unwrap_or(i64::MAX))).collect();
    Ok(Page::console(status, RolesPage { frame: &person.frame, roles, sent, notes }).into_response())
}

/// Makes a role, and goes to its page.
pub async fn create(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let text = |name: &str| sent.fields.text(name).trim().to_owned();
    let new = NewRole {
        name: text("name"),
        title_en: Some(text("title_en")),
        title_zh: Some(text("title_zh")),
        ..NewRole::default()
    };
    let made = app
        .commit(&sent.person.ctx, new, |tx, ctx, new| {
            Box::pin(async move { roles::create(tx, ctx, new).await.map(|role| role.id) })
        })
        .await;
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/roles/{id}")).into_response()),
        Err(refusal) => {
            let trouble = trouble(&sent, refusal)?;
            let notes = trouble.faults.into_iter().map(|fault| fault.detail).chain(trouble.note).collect();
            draw_list(&app, &sent.person, &sent.fields, notes, trouble.status).await
        }
    }
}

/// Shows a role.
pub async fn show(State(app): State<App>, Id(id): Id<RoleId>, person: Person) -> Result<Response, Problem> {
    draw(&app, &person, id, Vec::new(), StatusCode::OK).await
}

async fn draw(
    app: &App,
    person: &Person,
    id: RoleId,
    notes: Vec<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (frame, ctx) = (&person.frame, &person.ctx);
    let mut tx = app.db.read().await?;
    let role = roles::get(&mut tx, ctx, id).await?;
    let mut holders = teams::users(&mut tx, ctx).await?;
    holders.retain(|user| user.roles.contains(&role.name));
    let groups = permissions::groups(frame, role.rights());
    Ok(Page::console(status, RolePage { frame, role, groups, holders, notes }).into_response())
}

/// Ends an action: to a page, or the role's with what was wrong.
async fn end(
    app: &App,
    sent: &Sent,
    id: RoleId,
    to: &str,
    done: Result<(), Refusal>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(to).into_response()),
        Err(refusal) => {
            let trouble = trouble(sent, refusal)?;
            let notes = trouble.faults.into_iter().map(|fault| fault.detail).chain(trouble.note).collect();
            draw(app, &sent.person, id, notes, trouble.status).await
        }
    }
}

/// Changes a role.
pub async fn change(State(app): State<App>, Id(id): Id<RoleId>, sent: Sent) -> Result<Response, Problem> {
    let text = |name: &str| sent.fields.text(name).trim().to_owned();
    let mut reach = Map::new();
    for kind in reached(&sent.person.frame) {
        let (read, change) = (text(&format!("read-{kind}")), text(&format!("change-{kind}")));
        if (read.as_str(), change.as_str()) != ("all", "all") {
            reach.insert(kind.to_string(), json!({"read": read, "change": change}));
        }
    }
    let mut classes = Map::new();
    for class in [FieldClass::Contact, FieldClass::Personal, FieldClass::Financial] {
        let sight = text(&format!("class-{class}"));
        if sight != "shown" {
            classes.insert(class.to_string(), json!(sight));
        }
    }
    let permissions: Vec<&str> = sent.fields.all("permission").collect();
    let change: Result<RoleChange, Refusal> = serde_json::from_value(json!({
        "title_en": text("title_en"), "title_zh": text("title_zh"), "permissions": permissions,
        "reach": Value::Object(reach), "classes": Value::Object(classes),
    }))
    .map_err(|error| Refusal::invalid("", error.to_string()));
    let done = match change {
        Ok(change) => {
            let request = (id, sent.fields.read::<i64>("version"), change);
            app.commit(&sent.person.ctx, request, |tx, ctx, request| {
                Box::pin(async move { roles::change(tx, ctx, request).await.map(|_| ()) })
            })
            .await
        }
        Err(refusal) => Err(refusal),
    };
    end(&app, &sent, id, &format!("/roles/{id}"), done).await
}

/// Removes a role.
pub async fn delete(State(app): State<App>, Id(id): Id<RoleId>, sent: Sent) -> Result<Response, Problem> {
    let done = app.commit(&sent.person.ctx, id, |tx, ctx, id| Box::pin(roles::delete(tx, ctx, *id))).await;
    end(&app, &sent, id, "/roles", done).await
}

/// `GET /preview/{id}`: shows what somebody sees.
pub async fn preview(
    State(app): State<App>,
    Id(id): Id<UserId>,
    person: Person,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let (user, kinds) = preview::preview(&mut tx, &person.ctx, id).await?;
    let frame = &person.frame;
    let mut roles = roles::list(&mut tx, &person.ctx).await?;
    roles.retain(|role| user.roles.contains(&role.name));
    let roles: Vec<&str> = roles.iter().map(|role| role.title(frame.language())).collect();
    let roles = roles.join(frame.t("list-comma").as_str());
    let page = PreviewPage { frame, user, roles, kinds };
    Ok(Page::console(StatusCode::OK, page).into_response())
}
