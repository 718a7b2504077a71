//! A conversation and its messages, as the API shows them.

use crate::domain::conversation;
use crate::http::record::ApiRecord;

/// A thread of messages on one channel with one customer.
pub type Conversation = ApiRecord<conversation::Conversation>;

/// One message or other touch.
pub type Message = ApiRecord<conversation::Interaction>;
