//! Why the host did something: a code with arguments, rendered in the reader's language when it is shown.

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::words::words;

words! {
    /// What kind of reason it is. Each has a text in every language: `reason-assigned-least-busy`, ...
    pub enum ReasonCode {
        /// The least busy of those who could take it: `team`, `open`, `capacity`, `available`, `language`.
        LeastBusy = "assigned.least-busy",
        /// Somebody assigned it: `by`.
        AssignedBy = "assigned.by",
        /// Another team handed it off: `from`, `by`.
        AssignedByHandOff = "assigned.hand-off",
        /// A plugin chose the person: `plugin`, `reason`.
        AssignedByPlugin = "assigned.plugin",
        /// No team takes tickets of the class.
        NoTeam = "unassigned.no-team",
        /// Nobody in the team is present and has room: `team`.
        NoAgent = "unassigned.no-agent",
        /// Somebody said what it is: `by`.
        ClassifiedBy = "classified.by",
        /// A plugin judged it: `plugin`.
        ClassifiedByPlugin = "classified.plugin",
        /// Words that speak for the class: `class`, `words`.
        ClassWords = "classified.words",
        /// Words of urgency: `words`.
        UrgentWords = "classified.urgent-words",
        /// Words that say that it can wait: `words`.
        PatientWords = "classified.patient-words",
        /// Words that are denied and don't count: `words`.
        DeniedWords = "classified.denied-words",
        /// A program answered by itself.
        Automatic = "classified.automatic",
        /// An advertisement with a link.
        Link = "classified.link",
        /// Many exclamation marks or capitals.
        Shouting = "classified.shouting",
        /// The mood is clearly angry.
        Angry = "classified.angry",
        /// There are no words in it.
        NoWords = "classified.no-words",
        /// No known words were found.
        NoKnownWords = "classified.no-known-words",
        /// The customer wrote again.
        CustomerWrote = "reopened.customer-wrote",
        /// Somebody answered the customer.
        CustomerAnswered = "reopened.answered",
    }
}

/// Why something was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The host's own reason.
    Coded {
        /// What kind of reason.
        code: ReasonCode,
        /// What its text is made of: names, numbers, words.
        arguments: Map<String, Value>,
    },
    /// What a person or plugin wrote.
    Text(String),
}

impl Reason {
    /// A reason of the host's with its arguments, which are a JSON object.
    pub fn of(code: ReasonCode, arguments: &Value) -> Self {
        Self::Coded { code, arguments: arguments.as_object().cloned().unwrap_or_default() }
    }

    /// A reason without arguments.
    pub fn plain(code: ReasonCode) -> Self {
        Self::Coded { code, arguments: Map::new() }
    }

    /// What was kept as text: a coded reason in JSON, or what somebody wrote.
    pub fn kept(text: String) -> Self {
        match serde_json::from_str(&text) {
            Ok(value @ Value::Object(_)) => Self::read(value).unwrap_or(Self::Text(text)),
            _ => Self::Text(text),
        }
    }

    /// As it is kept as text.
    pub fn to_kept(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Coded { .. } => self.to_json().to_string(),
        }
    }

    /// As JSON: an object with code and arguments, or a text.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Coded { code, arguments } => json!({"code": code, "arguments": arguments}),
        }
    }

    /// The reason that JSON has; none where it is of another shape or of a code that isn't known.
    pub fn read(value: Value) -> Option<Self> {
        Self::try_read(value).ok()
    }

    /// As [`read`](Self::read); what isn't a reason comes back.
    fn try_read(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Object(mut object) => {
                // As the API shows what somebody wrote.
                if let (Some(Value::Null), Some(Value::Object(_)), Some(Value::String(text))) =
                    (object.get("code"), object.get("arguments"), object.get("text"))
                {
                    return Ok(Self::Text(text.clone()));
                }
                let code = object.get("code").and_then(|code| code.as_str()?.parse().ok());
                let Some(code) = code else { return Err(Value::Object(object)) };
                let arguments = object.remove("arguments").and_then(|arguments| match arguments {
                    Value::Object(arguments) => Some(arguments),
                    _ => None,
                });
                Ok(Self::Coded { code, arguments: arguments.unwrap_or_default() })
            }
            other => Err(other),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Coded { code, arguments } => {
                let mut reason = serializer.serialize_struct("Reason", 2)?;
                reason.serialize_field("arguments", arguments)?;
                reason.serialize_field("code", code)?;
                reason.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Reason {
    /// What a later version of the host has written is shown as it is.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Self::try_read(Value::deserialize(deserializer)?);
        Ok(read.unwrap_or_else(|other| Self::Text(other.to_string())))
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_as_it_was_kept_and_old_texts_stay_texts() {
        let reason = Reason::of(ReasonCode::NoAgent, &json!({"team": "售后"}));
        assert_eq!(Reason::kept(reason.to_kept()), reason);
        assert_eq!(serde_json::from_value::<Reason>(json!(reason)).unwrap(), reason);
        for text in
            ["least loaded of 2", "", "{", "{\"a\": 1}", "{\"code\": \"assigned.by-magic\"}", "[1]", "7"]
        {
            assert_eq!(Reason::kept(text.to_owned()), Reason::Text(text.to_owned()), "{text}");
        }
    }
}
