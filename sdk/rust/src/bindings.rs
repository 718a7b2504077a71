//! What the generator makes of the contract. The crate re-exports from it by name; only the code that
//! [`export!`](crate::export) leaves in a plugin reaches in here.
//!
//! The generated code calls through the component ABI, which Rust can't check: hence the permission.
#![allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, unused_qualifications)]

wit_bindgen::generate!({
    path: "../../wit/hospes-0.1",
    world: "everything",
    pub_export_macro: true,
    additional_derives: [PartialEq],
});
