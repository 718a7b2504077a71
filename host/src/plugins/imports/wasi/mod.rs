//! WASI 0.2, which toolchains of dynamic languages call whether the author wants it or not. It is answered out of the
//! call itself, as the contract's own interfaces are: the call's clock and its random bytes, what is printed as lines of
//! the log, and otherwise nothing: no environment, no arguments, no files, no network.

mod clocks;
mod environment;
mod printing;
mod random;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use wasmtime::Result;
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::{cli, clocks as clocks_0_2, filesystem, io, random as random_0_2, sockets};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView as _};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use self::printing::Printed;
use super::view::view;
use crate::plugins::engine::state::CallState;

/// What a call's WASI needs, made when the guest first asks for it.
#[derive(Default)]
pub(in crate::plugins) struct Wasi {
    /// A world without files and without a network.
    empty: Option<Box<WasiCtx>>,
    /// How far sleeping has moved the monotonic clock, in nanoseconds.
    slept: Option<Arc<AtomicU64>>,
    /// What was printed and isn't in the log yet.
    printed: Option<Printed>,
}

view! {
    /// A call as its own small system.
    SystemView { wasi: Wasi = wasi, table: ResourceTable = table }
}

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

impl WasiView for CallState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let empty = self.wasi.empty.get_or_insert_with(|| {
            let mut builder = WasiCtxBuilder::new();
            builder.allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
            Box::new(builder.build())
        });
        WasiCtxView { ctx: empty, table: &mut self.table }
    }
}

/// Offers all of it to a component.
pub(in crate::plugins) fn add_to_linker(linker: &mut Linker<CallState>) -> Result<()> {
    type Call = SystemView<'static>;
    io::error::add_to_linker::<_, Io>(linker, |state| &mut state.table)?;
    io::poll::add_to_linker::<_, Io>(linker, |state| &mut state.table)?;
    io::streams::add_to_linker::<_, Io>(linker, |state| &mut state.table)?;
    clocks_0_2::wall_clock::add_to_linker::<_, Call>(linker, view)?;
    clocks_0_2::monotonic_clock::add_to_linker::<_, Call>(linker, view)?;
    random_0_2::random::add_to_linker::<_, Call>(linker, view)?;
    random_0_2::insecure::add_to_linker::<_, Call>(linker, view)?;
    random_0_2::insecure_seed::add_to_linker::<_, Call>(linker, view)?;
    cli::environment::add_to_linker::<_, Call>(linker, view)?;
    cli::exit::add_to_linker::<_, Call>(linker, view)?;
    cli::stdin::add_to_linker::<_, Call>(linker, view)?;
    cli::stdout::add_to_linker::<_, Call>(linker, view)?;
    cli::stderr::add_to_linker::<_, Call>(linker, view)?;
    cli::terminal_input::add_to_linker::<_, Call>(linker, view)?;
    cli::terminal_output::add_to_linker::<_, Call>(linker, view)?;
    cli::terminal_stdin::add_to_linker::<_, Call>(linker, view)?;
    cli::terminal_stdout::add_to_linker::<_, Call>(linker, view)?;
    cli::terminal_stderr::add_to_linker::<_, Call>(linker, view)?;
    filesystem::preopens::add_to_linker::<_, WasiFilesystem>(linker, CallState::filesystem)?;
    filesystem::types::add_to_linker::<_, WasiFilesystem>(linker, CallState::filesystem)?;
    sockets::instance_network::add_to_linker::<_, WasiSockets>(linker, CallState::sockets)?;
    sockets::network::add_to_linker::<_, WasiSockets>(linker, &Default::default(), CallState::sockets)?;
    sockets::ip_name_lookup::add_to_linker::<_, WasiSockets>(linker, CallState::sockets)?;
    sockets::tcp_create_socket::add_to_linker::<_, WasiSockets>(linker, CallState::sockets)?;
    sockets::tcp::add_to_linker::<_, WasiSockets>(linker, CallState::sockets)?;
    sockets::udp_create_socket::add_to_linker::<_, WasiSockets>(linker, CallState::sockets)?;
    sockets::udp::add_to_linker::<_, WasiSockets>(linker, CallState::sockets)?;
    Ok(())
}
