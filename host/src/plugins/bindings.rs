//! What `bindgen!` makes of the contract: Rust types, a trait for each interface that the host offers, and typed
//! access to each interface that a guest may export.
//!
//! The world `everything` names every interface, but no component has to fill it: exports are looked up
//! one interface at a time (see [`super::exports`]). The functions that never wait are plain; the ones that may
//! read the database or the network are asynchronous on the host's side, which a guest can't see.

#![allow(missing_docs, unused_qualifications, clippy::all, clippy::pedantic)]

wasmtime::component::bindgen!({
    path: "../wit/hospes-0.1",
    world: "everything",
    imports: {
        "hospes:plugin/log": trappable,
        "hospes:plugin/clock": trappable,
        "hospes:plugin/random": trappable,
        "hospes:plugin/config": trappable,
        "hospes:plugin/secrets": trappable,
        "hospes:plugin/http.idempotency-key": trappable,
        default: async | trappable,
    },
    exports: { default: async },
    trappable_error_type: { "hospes:plugin/types.error" => super::engine::fault::Fault },
    with: {
        "hospes:plugin/secrets.secret": super::imports::secrets::Handle,
        "hospes:plugin/attachments.attachment": super::imports::attachments::Open,
        "hospes:plugin/attachments.upload": super::imports::attachments::Writing,
    },
    additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
});
