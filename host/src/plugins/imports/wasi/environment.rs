//! `wasi:cli`: no environment, no arguments, nobody at a terminal, nothing to read. Whoever exits ends the call.

use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::cli::{
    environment, exit, stderr, stdin, stdout, terminal_input, terminal_output, terminal_stderr,
    terminal_stdin, terminal_stdout,
};
use wasmtime_wasi::p2::pipe::ClosedInputStream;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use super::SystemView;
use super::printing::To;

/// A guest that ended itself, which is no answer.
#[derive(Debug, thiserror::Error)]
#[error("the plugin ended itself with exit code {0} instead of returning")]
struct Exited(u8);

impl environment::Host for SystemView<'_> {
    fn get_environment(&mut self) -> Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    fn get_arguments(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> Result<Option<String>> {
        Ok(None)
    }
}

impl exit::Host for SystemView<'_> {
    fn exit(&mut self, status: Result<(), ()>) -> Result<()> {
        Err(Exited(u8::from(status.is_err())).into())
    }

    fn exit_with_code(&mut self, code: u8) -> Result<()> {
        Err(Exited(code).into())
    }
}

impl stdin::Host for SystemView<'_> {
    fn get_stdin(&mut self) -> Result<Resource<DynInputStream>> {
        let nothing: DynInputStream = Box::new(ClosedInputStream);
        Ok(self.table.push(nothing)?)
    }
}

impl stdout::Host for SystemView<'_> {
    fn get_stdout(&mut self) -> Result<Resource<DynOutputStream>> {
        self.printer(To::Out)
    }
}

impl stderr::Host for SystemView<'_> {
    fn get_stderr(&mut self) -> Result<Resource<DynOutputStream>> {
        self.printer(To::Err)
    }
}

impl terminal_input::Host for SystemView<'_> {}

impl terminal_input::HostTerminalInput for SystemView<'_> {
    fn drop(&mut self, _: Resource<terminal_input::TerminalInput>) -> Result<()> {
        Ok(())
    }
}

impl terminal_output::Host for SystemView<'_> {}

impl terminal_output::HostTerminalOutput for SystemView<'_> {
    fn drop(&mut self, _: Resource<terminal_output::TerminalOutput>) -> Result<()> {
        Ok(())
    }
}

impl terminal_stdin::Host for SystemView<'_> {
    fn get_terminal_stdin(&mut self) -> Result<Option<Resource<terminal_input::TerminalInput>>> {
        Ok(None)
    }
}

impl terminal_stdout::Host for SystemView<'_> {
    fn get_terminal_stdout(&mut self) -> Result<Option<Resource<terminal_output::TerminalOutput>>> {
        Ok(None)
    }
}

impl terminal_stderr::Host for SystemView<'_> {
    fn get_terminal_stderr(&mut self) -> Result<Option<Resource<terminal_output::TerminalOutput>>> {
        Ok(None)
    }
}
