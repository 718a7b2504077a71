//! What is compiled at all. Compiling takes time and memory by the function: a plugin whose code is beyond what any
//! toolchain makes of honest sources is turned away before anything is compiled.

use wasmparser::{Parser, Payload};

use super::PackageError;

/// Functions in all modules together; Python with its interpreter and libraries has about 20,000.
const MOST_FUNCTIONS: u32 = 60_000;
/// Bytes of one function's code; interpreters' loops have 200,000.
const MOST_CODE: usize = 1 << 20;
/// Local variables of one function.
const MOST_LOCALS: u64 = 10_000;

/// Refuses what would keep the compiler busy for too long.
pub fn check(bytes: &[u8]) -> Result<(), PackageError> {
    let too_much = |what: String| Err(PackageError::TooMuch(what));
    let (mut functions, mut number) = (0_u32, 0_u32);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::CodeSectionStart { count, .. } => {
                number = 0;
                functions = functions.saturating_add(count);
                if functions > MOST_FUNCTIONS {
                    return too_much(format!("it has {functions} functions; {MOST_FUNCTIONS} are allowed"));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let size = body.range().len();
                if size > MOST_CODE {
                    let detail = format!(
                        "function {number} of a module has {size} bytes of code; {MOST_CODE} are allowed"
                    );
                    return too_much(detail);
                }
                let mut locals = 0;
                for group in body.get_locals_reader()? {
                    locals += u64::from(group?.0);
                }
                if locals > MOST_LOCALS {
                    let detail = format!(
                        "function {number} of a module has {locals} local variables; {MOST_LOCALS} are allowed"
                    );
                    return too_much(detail);
                }
                number += 1;
            }
            _ => {}
        }
    }
    Ok(())
}
