//! Running a plugin's modules for the first time, as far as their top level goes, and keeping what is there then.

use std::time::Duration;

use bytes::Bytes;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Instance, Lift, Linker, ResourceTable, ResourceType, Val, WasmList};
use wasmtime::{
    Config, Engine, OptLevel, RegallocAlgorithm, Store, StoreContextMut, StoreLimits, StoreLimitsBuilder,
    Trap, bail,
};
use wasmtime_wasi::clocks::{HostMonotonicClock, HostWallClock};
use wasmtime_wasi::p2::OutputStream as _;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

use super::modules::{Modules, OF_PLUGIN};
use super::{Files, ScriptError};
use crate::plugins::package::CONTRACT_VERSION;

/// Steps that a top level may take: some seconds.
const STEPS: u64 = 1_000_000_000;
/// Bytes that it may fill.
const MEMORY: usize = 128 << 20;
/// Bytes of what is kept of its printing.
const PRINTED: usize = 16 << 10;

/// How the engine begins to say what is wrong with a module.
const ENGINE_SAYS: [&str; 2] =
    ["Failed to evaluate user JavaScript module: ", "Failed to declare JavaScript module: "];

/// What the engine runs before the first module.
const BEFORE: &str = "const wit = globalThis.wit = {};\n";

/// What surrounds the modules while they are loaded.
struct State {
    limits: StoreLimits,
    wasi: WasiCtx,
    table: ResourceTable,
    printed: MemoryOutputPipe,
}

impl State {
    /// A world that is empty and always the same, so that the same modules give the same plugin.
    fn new() -> Self {
        let printed = MemoryOutputPipe::new(PRINTED);
        let mut wasi = WasiCtxBuilder::new();
        wasi.stdout(printed.clone()).stderr(printed.clone()).wall_clock(Still).monotonic_clock(Still);
        wasi.insecure_random_seed(0)
            .secure_random(Deterministic::new(vec![0]))
            .insecure_random(Deterministic::new(vec![0]));
        wasi.allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
        let limits = StoreLimitsBuilder::new().memory_size(MEMORY).build();
        Self { limits, wasi: wasi.build(), table: ResourceTable::new(), printed }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// A clock that stands still.
struct Still;

impl HostWallClock for Still {
    fn resolution(&self) -> Duration {
        Duration::from_micros(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Still {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

/// Runs the modules of a linked engine, beginning with `entry`, and returns the component as it stands then.
pub(super) fn kept(linked: &[u8], entry: &str, files: Files) -> Result<Vec<u8>, ScriptError> {
    let wizer = Wizer::new();
    let broken = |error: wasmtime::Error| ScriptError::Engine(anyhow::anyhow!("{error:#}"));
    let (context, instrumented) = wizer.instrument_component(linked).map_err(broken)?;
    let mut config = Config::new();
    // It runs once: what optimising takes is more than what it gives.
    config.consume_fuel(true).cranelift_opt_level(OptLevel::None);
    config.cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
    // Where this runs, address space is counted.
    config.memory_reservation(0).memory_guard_size(1 << 16).memory_reservation_for_growth(1 << 20);
    let engine = Engine::new(&config).map_err(broken)?;
    let component = Component::new(&engine, &instrumented).map_err(broken)?;
    let state = State::new();
    let printed = state.printed.clone();
    let mut store = Store::new(&engine, state);
    store.limiter(|state| &mut state.limits);
    store.set_fuel(STEPS).map_err(broken)?;
    let instance = loading(&engine, &component, Modules(files))
        .and_then(|linker| linker.instantiate(&mut store, &component))
        .map_err(broken)?;
    let begin = instance
        .get_typed_func::<(&str, &str, Option<&str>, bool), (Result<(), String>,)>(&mut store, "init")
        .map_err(broken)?;
    match begin.call(&mut store, (BEFORE, entry, Some("/entry.js"), false)) {
        Ok((Ok(()),)) => {}
        Ok((Err(said),)) => return Err(ScriptError::Module(with_printed(&said, &printed))),
        Err(error) if matches!(error.downcast_ref(), Some(Trap::OutOfFuel)) => {
            return Err(ScriptError::Endless(STEPS));
        }
        // What it can't do at its top level, or the engine's own end: memory, or a stack that is used up.
        Err(error) => {
            let said = format!("the modules broke down while they were loaded: {}", error.root_cause());
            return Err(ScriptError::Module(with_printed(&said, &printed)));
        }
    }
    // Looking at what is there takes steps, too.
    store.set_fuel(u64::MAX).map_err(broken)?;
    let mut state = Loaded { store, instance };
    futures::executor::block_on(wizer.snapshot_component(&context, &mut state)).map_err(broken)
}

/// What the engine says, as the author reads it: with the names that files have in the plugin's folder.
fn with_printed(said: &str, printed: &MemoryOutputPipe) -> String {
    let said = ENGINE_SAYS.into_iter().fold(said, |said, words| said.strip_prefix(words).unwrap_or(said));
    let printed = printed.contents();
    let printed = String::from_utf8_lossy(&printed);
    let whole = format!("{}\n{}", said.trim_end(), printed.trim_end());
    whole.trim_end().replace(OF_PLUGIN, "")
}

/// What there is while modules are loaded: the modules, a log, and a clock and random bytes that stand still, so that the
/// same modules give the same plugin. Everything else belongs into a call.
fn loading(engine: &Engine, component: &Component, modules: Modules) -> wasmtime::Result<Linker<State>> {
    let mut linker: Linker<State> = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    refuse_all(engine, component, &mut linker)?;
    linker.allow_shadowing(true);
    let mut config = linker.instance(&named("config"))?;
    config.func_new("get", move |_, _, given, answer| {
        let [Val::String(name)] = given else { bail!("a setting has a name") };
        let Some(asked) = name.strip_prefix('\n') else {
            bail!("the setting {name} is asked for at the top level; settings are there within a call");
        };
        let found = match asked.split_once('\n') {
            Some((from, wanted)) => modules.resolve(from, wanted),
            None => modules.load(asked),
        };
        // What is wrong with a module ends the loading: the engine itself would say no more than that it isn't there.
        let text = found.map_err(wasmtime::Error::msg)?;
        let text = Val::Variant("text".to_owned(), Some(Box::new(Val::String(text))));
        answer[0] = Val::Option(Some(Box::new(text)));
        Ok(())
    })?;
    linker.instance(&named("clock"))?.func_wrap("now", |_, ()| Ok((0_i64,)))?;
    linker.instance(&named("random"))?.func_wrap("bytes", |_, (count,): (u32,)| {
        let count = usize::try_from(count)?.min(PRINTED);
        Ok((vec![0_u8; count],))
    })?;
    linker.instance(&named("log"))?.func_new("write", |mut store, _, given, _| {
        if let [_, Val::String(text), ..] = given {
            // What is too much of it is nobody's concern.
            let _full = store.data_mut().printed.write(Bytes::from(format!("{text}\n")));
        }
        Ok(())
    })?;
    Ok(linker)
}

/// Answers every function of the contract by ending the loading.
fn refuse_all(engine: &Engine, component: &Component, linker: &mut Linker<State>) -> wasmtime::Result<()> {
    struct Absent;
    for (interface, item) in component.component_type().imports(engine) {
        let (true, ComponentItem::ComponentInstance(functions)) = (interface.starts_with("hospes:"), item.ty)
        else {
            continue;
        };
        let mut offered = linker.instance(interface)?;
        for (name, item) in functions.exports(engine) {
            let called = format!("{interface}: {name} is called at the top level; call it within a function");
            match item.ty {
                ComponentItem::ComponentFunc(_) => {
                    offered.func_new(name, move |_, _, _, _| bail!("{called}"))?;
                }
                ComponentItem::Resource(_) => {
                    offered.resource(name, ResourceType::host::<Absent>(), |_, _| Ok(()))?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn named(interface: &str) -> String {
    format!("hospes:plugin/{interface}@{CONTRACT_VERSION}.0")
}

/// The engine with its modules, as it is looked at to be kept.
struct Loaded {
    store: Store<State>,
    instance: Instance,
}

impl Loaded {
    /// What the instrumented component says of itself. It was made a moment ago, and nothing of it can be missing.
    fn ask<R: Lift + 'static, T>(
        &mut self,
        interface: &str,
        function: &str,
        take: impl FnOnce(StoreContextMut<'_, State>, R) -> T,
    ) -> Option<T> {
        let (_, interface) = self.instance.get_export(&mut self.store, None, interface)?;
        let (_, function) = self.instance.get_export(&mut self.store, Some(&interface), function)?;
        let function = self.instance.get_typed_func::<(), (R,)>(&mut self.store, function).ok()?;
        let (answer,) = function.call(&mut self.store, ()).ok()?;
        Some(take(wasmtime::AsContextMut::as_context_mut(&mut self.store), answer))
    }
}

impl ComponentInstanceState for Loaded {
    async fn call_func_ret_list_u8(
        &mut self,
        instance: &str,
        func: &str,
        contents: impl FnOnce(&[u8]) + Send,
    ) {
        self.ask(instance, func, |store, list: WasmList<u8>| contents(list.as_le_slice(&store)));
    }

    async fn call_func_ret_s32(&mut self, instance: &str, func: &str) -> i32 {
        self.ask(instance, func, |_, number| number).unwrap_or_default()
    }

    async fn call_func_ret_s64(&mut self, instance: &str, func: &str) -> i64 {
        self.ask(instance, func, |_, number| number).unwrap_or_default()
    }

    async fn call_func_ret_f32(&mut self, instance: &str, func: &str) -> u32 {
        self.ask(instance, func, |_, number: f32| number.to_bits()).unwrap_or_default()
    }

    async fn call_func_ret_f64(&mut self, instance: &str, func: &str) -> u64 {
        self.ask(instance, func, |_, number: f64| number.to_bits()).unwrap_or_default()
    }
}
