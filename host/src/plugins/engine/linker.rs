//! Joins a component with what the host offers to one installation: the first of the two places where grants count.

use wasmtime::component::{Component, HasSelf, InstancePre, Linker};
use wasmtime::{Engine, Result};

use super::state::CallState;
use crate::plugins::bindings::hospes::plugin::{
    attachments, clock, config, http, kv, log, mail, random, records, secrets,
};
use crate::plugins::exports::Exports;
use crate::plugins::grants::Grants;
use crate::plugins::imports::denied::{Denies, denying};
use crate::plugins::imports::wasi;

/// A component joined with the host for one set of grants, ready for any number of calls.
pub(in crate::plugins) struct Linked {
    pub pre: InstancePre<CallState>,
    pub exports: Exports,
}

/// Joins them. Interfaces that aren't granted at all are answered by a denial; an interface that the host doesn't have
/// is an error that names it.
pub(in crate::plugins) fn link(engine: &Engine, component: &Component, grants: &Grants) -> Result<Linked> {
    type State = HasSelf<CallState>;
    let mut linker = Linker::<CallState>::new(engine);
    log::add_to_linker::<_, State>(&mut linker, |state| state)?;
    clock::add_to_linker::<_, State>(&mut linker, |state| state)?;
    random::add_to_linker::<_, State>(&mut linker, |state| state)?;
    config::add_to_linker::<_, State>(&mut linker, |state| state)?;
    if grants.any_secret() {
        secrets::add_to_linker::<_, State>(&mut linker, |state| state)?;
    } else {
        secrets::add_to_linker::<_, Denies>(&mut linker, denying)?;
    }
    if grants.kv().is_ok() {
        kv::add_to_linker::<_, State>(&mut linker, |state| state)?;
    } else {
        kv::add_to_linker::<_, Denies>(&mut linker, denying)?;
    }
    if grants.any_http() {
        http::add_to_linker::<_, State>(&mut linker, |state| state)?;
    } else {
        http::add_to_linker::<_, Denies>(&mut linker, denying)?;
    }
    if grants.any_records() {
        records::add_to_linker::<_, State>(&mut linker, |state| state)?;
    } else {
        records::add_to_linker::<_, Denies>(&mut linker, denying)?;
    }
    if grants.any_attachments() {
        attachments::add_to_linker::<_, State>(&mut linker, |state| state)?;
    } else {
        attachments::add_to_linker::<_, Denies>(&mut linker, denying)?;
    }
    if grants.any_mail() {
        mail::add_to_linker::<_, State>(&mut linker, |state| state)?;
    } else {
        mail::add_to_linker::<_, Denies>(&mut linker, denying)?;
    }
    // A channel that asks imports `channel` for its types, and some toolchains its function along.
    linker.instance("hospes:plugin/channel@0.1.0")?.func_new("receive", |_, _, _, _| {
        Err(wasmtime::format_err!("channel.receive is for plugins to export, and for nobody to call"))
    })?;
    let ty = component.component_type();
    if ty.imports(engine).any(|(name, _)| name.starts_with("wasi:")) {
        wasi::add_to_linker(&mut linker)?;
    }
    let pre = linker.instantiate_pre(component)?;
    let exports = Exports::of(&pre)?;
    Ok(Linked { pre, exports })
}
