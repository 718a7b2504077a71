//! What handlers take: each extractor answers with a problem when the request doesn't have it.

mod caller;
mod id;
mod json;
mod numbers;
mod patch;
mod preconditions;
mod query;
mod upload;

pub use self::caller::{Caller, IdempotencyKey, PROOF};
pub use self::id::{Id, LinkToken, Name, Part, PartName};
pub use self::json::{Json, MergePatch};
pub(super) use self::json::{expect, from_value, whole};
pub(super) use self::patch::patch;
pub(super) use self::preconditions::knows;
pub use self::preconditions::{IfMatch, IfMatchHeader};
pub use self::query::{Condition, Cursor, Extent, Limit, Next, Query, Sort, list_query, page};
pub use self::upload::Upload;
pub use crate::domain::lenient_integer::LenientInteger;
