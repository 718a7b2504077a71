//! All kinds.

use super::{Kind, Record as _};
use crate::domain::attachment::Attachment;
use crate::domain::calendar::Calendar;
use crate::domain::comment::Comment;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::custom_field::CustomField;
use crate::domain::customer::{Customer, Identity, Score};
use crate::domain::deal::{Deal, Pipeline};
use crate::domain::declared::DeclaredKind;
use crate::domain::hand_off::HandOff;
use crate::domain::order::Order;
use crate::domain::partner::{Partner, PartnerUser, Share};
use crate::domain::role::Role;
use crate::domain::saved_view::SavedView;
use crate::domain::sla_policy::SlaPolicy;
use crate::domain::survey::Survey;
use crate::domain::task::{Board, Task};
use crate::domain::team::{Team, User};
use crate::domain::ticket::Ticket;
use crate::domain::token::Token;

/// The kinds of records that the host has.
pub const KINDS: &[&Kind] = &[
    Customer::KIND,
    Identity::KIND,
    Score::KIND,
    Conversation::KIND,
    Interaction::KIND,
    Attachment::KIND,
    Ticket::KIND,
    HandOff::KIND,
    SlaPolicy::KIND,
    Calendar::KIND,
    Survey::KIND,
    Task::KIND,
    Board::KIND,
    Comment::KIND,
    Order::KIND,
    Deal::KIND,
    Pipeline::KIND,
    Partner::KIND,
    PartnerUser::KIND,
    Share::KIND,
    Team::KIND,
    User::KIND,
    Role::KIND,
    Token::KIND,
    CustomField::KIND,
    DeclaredKind::KIND,
    SavedView::KIND,
];
