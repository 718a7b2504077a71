//! Joins a component with what the host offers to one installation: the first of the two places where grants count.

use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{Engine, Result};

use super::state::CallState;
use crate::plugins::bindings::hospes::plugin::{
    attachments, clock, config, http, kv, log, mail, random, records, secrets,
};
use crate::plugins::exports::Exports;
use crate::plugins::grants::Grants;
use crate::plugins::imports::denied::{self, Denying};
use crate::plugins::imports::{self, wasi};

/// A component joined with the host for one set of grants, ready for any number of calls.
pub(in crate::plugins) struct Linked {
    pub pre: InstancePre<CallState>,
    pub exports: Exports,
}

/// Joins them. Interfaces that aren't granted at all are answered by a denial; an interface that the host doesn't have
/// is an error that names it.
pub(in crate::plugins) fn link(engine: &Engine, component: &Component, grants: &Grants) -> Result<Linked> {
    type Denied = Denying<'static>;
    let mut linker = Linker::<CallState>::new(engine);
    log::add_to_linker::<_, imports::log::LogView<'static>>(&mut linker, imports::log::view)?;
    clock::add_to_linker::<_, imports::clock::ClockView<'static>>(&mut linker, imports::clock::view)?;
    random::add_to_linker::<_, imports::random::RandomView<'static>>(&mut linker, imports::random::view)?;
    config::add_to_linker::<_, imports::config::ConfigView<'static>>(&mut linker, imports::config::view)?;
    if grants.any_secret() {
        secrets::add_to_linker::<_, imports::secrets::SecretsView<'static>>(
            &mut linker,
            imports::secrets::view,
        )?;
    } else {
        secrets::add_to_linker::<_, Denied>(&mut linker, denied::view)?;
    }
    if grants.kv().is_ok() {
        kv::add_to_linker::<_, imports::kv::KvView<'static>>(&mut linker, imports::kv::view)?;
    } else {
        kv::add_to_linker::<_, Denied>(&mut linker, denied::view)?;
    }
    if grants.any_http() {
        http::add_to_linker::<_, imports::http::HttpView<'static>>(&mut linker, imports::http::view)?;
    } else {
        http::add_to_linker::<_, Denied>(&mut linker, denied::view)?;
    }
    if grants.any_records() {
        records::add_to_linker::<_, imports::records::RecordsView<'static>>(
            &mut linker,
            imports::records::view,
        )?;
    } else {
        records::add_to_linker::<_, Denied>(&mut linker, denied::view)?;
    }
    if grants.any_attachments() {
        attachments::add_to_linker::<_, imports::attachments::FilesView<'static>>(
            &mut linker,
            imports::attachments::view,
        )?;
    } else {
        attachments::add_to_linker::<_, Denied>(&mut linker, denied::view)?;
    }
    if grants.any_mail() {
        mail::add_to_linker::<_, imports::mail::MailView<'static>>(&mut linker, imports::mail::view)?;
    } else {
        mail::add_to_linker::<_, Denied>(&mut linker, denied::view)?;
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
