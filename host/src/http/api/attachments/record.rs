//! A file on a record, as the API shows it.

use crate::domain::attachment;
use crate::http::record::ApiRecord;

/// A file on a record; its bytes are at `/v1/attachments/{id}/content`.
pub type Attachment = ApiRecord<attachment::Attachment>;
