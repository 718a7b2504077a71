//! `#[derive(Record)]`: a kind of records is declared once, as the struct that rules work with. From it come its entry
//! in the catalogue, how it is read and shown field by field, and the structs of the requests that make and change it.
//!
//! ```text
//! /// A person or organisation.
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
//! #[record(
//!     kind = "customer", table = "customers", en = "Customer", zh = "客户", zh_help = "个人或组织。", title = "name", usual = "-created_at",
//!     new = NewCustomer, change = CustomerChange,
//! )]
//! pub struct Customer {
//!     /// The name that people read.
//!     #[field(en = "Name", zh = "名称", zh_help = "显示的名称。", new, change, required, length(1, 200), sort, class = "contact")]
//!     pub name: String,
//! }
//! ```
//!
//! What each word of an attribute means is written where it ends up: at `Kind` and `Field` of the host's catalogue.

mod declaration;
mod field;
mod requests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the host's `catalogue::Record` for a struct, and the structs of its requests.
#[proc_macro_derive(Record, attributes(record, field))]
pub fn record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match declaration::expand(&input) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.to_compile_error().into(),
    }
}
