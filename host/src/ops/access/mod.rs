//! What of a record a caller gets to see and to change: rows by reach, fields by sight, and what stands within others.

pub(super) mod embedded;
pub mod masking;
pub(super) mod principals;
pub(super) mod reach;
pub(super) mod subjects;
