//! The command line; everything else is the library.

use std::process::ExitCode;

/// Under load the C library's own allocator took a tenth of the processor, part of it for giving memory back and
/// asking for it again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match hospes::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Texts of other people stand in errors, too.
            eprintln!("error: {}", hospes::cli::terminal::printable(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}
