//! Surveys that were sent and what came back.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::ids::{ConversationId, CustomerId, InstallationId, SurveyId, TicketId};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// `csat`, `nps`, `ces`, or a plugin's own.
    pub kind: String,
    /// BCP 47.
    pub language: String,
    /// The question.
    pub question: String,
    /// The scale, as it is shown.
    pub options: Vec<AnswerOption>,
    /// The question for a free comment; empty to ask for none.
    pub comment_question: String,
}

/// One answer on the scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerOption {
    /// Its number.
    pub rating: i64,
    /// What the button says.
    pub label: String,
}

/// A survey that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// Its id.
    pub id: SurveyId,
    /// The ticket that it asks about.
    pub ticket_id: TicketId,
    /// Who was asked.
    pub customer_id: CustomerId,
    /// Through which thread.
    pub conversation_id: Option<ConversationId>,
    /// The installation that composed it and reads the answer.
    pub installation_id: InstallationId,
    /// What is asked.
    pub questionnaire: Questionnaire,
    /// The answer on the scale.
    pub rating: Option<i64>,
    /// The answer from 0 (worst) to 1 (best).
    pub normalized: Option<f64>,
    /// What the customer wrote besides.
    pub comment: Option<String>,
    /// What the plugin read in it.
    pub tags: Vec<String>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When the answer came.
    pub answered_at: Option<Timestamp>,
    /// Grows by one with every change.
    pub version: i64,
}

/// A chat message within this time of the question may be its answer.
pub const CHAT_ANSWER_WITHIN_MILLIS: i64 = 3 * 24 * 3_600_000;
