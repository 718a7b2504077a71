//! A survey, as the API shows it.

use crate::domain::clock::Timestamp;
use crate::domain::ids::{ConversationId, CustomerId, InstallationId, SurveyId, TicketId};
use crate::domain::survey;
use crate::http::response::{mirror, versioned};

mirror! {
    /// A survey that was sent.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000008", "ticket_id": "019b8a3e-0000-7000-8000-000000000005",
        "customer_id": "019b8a3e-0000-7000-8000-000000000001",
        "conversation_id": "019b8a3e-0000-7000-8000-000000000002",
        "installation_id": "019b8a3e-0000-7000-8000-000000000009",
        "questionnaire": {
            "kind": "csat", "language": "zh-CN", "question": "您对这次服务的满意程度如何？",
            "options": [{"rating": 5, "label": "非常满意"}, {"rating": 1, "label": "很不满意"}],
            "comment_question": "还有什么想告诉我们的？",
        },
        "rating": 5, "normalized": 1.0, "comment": "很快！", "tags": [], "sent_at": "2026-01-05T09:00:00Z",
        "answered_at": "2026-01-05T09:02:00Z", "version": 2,
    }))]
    pub struct Survey from survey::Survey {
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
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }

    /// One answer on the scale.
    pub struct AnswerOption from survey::AnswerOption {
        /// Its number.
        pub rating: i64,
        /// What the button says.
        pub label: String,
    }
}

versioned!(Survey);

/// What is asked.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
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

impl From<survey::Questionnaire> for Questionnaire {
    fn from(questionnaire: survey::Questionnaire) -> Self {
        Self {
            kind: questionnaire.kind,
            language: questionnaire.language,
            question: questionnaire.question,
            options: questionnaire.options.into_iter().map(AnswerOption::from).collect(),
            comment_question: questionnaire.comment_question,
        }
    }
}
