//! Plugins that are made for a measurement: as large as one in Python with its interpreter, and one that never ends.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    GlobalType, MemArg, MemorySection, MemoryType, Module, TypeSection, ValType,
};

use crate::random;

/// What the tool's function has of parameters; all return the address of their answer.
const TOOL: (&str, usize) = ("hospes:plugin/tools@0.1.0#call", 4);
/// What `channel.receive` has.
const CHANNEL: (&str, usize) = ("hospes:plugin/channel@0.1.0#receive", 10);

/// A plugin of this component, or one whose functions together have so many bytes, none of them unusual; it is written
/// into the folder.
pub fn large(program: &Path, folder: &Path, bytes: usize, given: Option<&Path>) -> Result<PathBuf> {
    let code = match given {
        Some(file) => std::fs::read(file).with_context(|| file.display().to_string())?,
        None => functions(bytes),
    };
    let manifest = "[[tools]]\nname = \"do\"\nsummary = { zh-CN = \"测\", en = \"Test\" }\n\
                    arguments = { type = \"object\" }\nresult = {}\n";
    finish(program, folder, "large", &code, manifest)
}

fn functions(bytes: usize) -> Vec<u8> {
    let mut functions = Vec::new();
    let mut made = 0;
    while made < bytes {
        let function = ordinary(functions.len() as u64);
        made += function.byte_len();
        functions.push(function);
    }
    module(TOOL, &functions, false)
}

/// A channel that never answers.
pub fn spinning(program: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    finish(program, folder, name, &module(CHANNEL, &[], true), "[channel]\nscheme = \"test\"\n")
}

/// Some hundred instructions: arithmetic, memory, branches, calls of the one before.
fn ordinary(number: u64) -> Function {
    let mut function = Function::new([(2, ValType::I32), (1, ValType::I64)]);
    let at = MemArg { offset: 64, align: 2, memory_index: 0 };
    let mut code = function.instructions();
    for step in 0..80 {
        let chance = random(number * 100 + step);
        code.local_get(0).i32_const((chance & 0xffff) as i32).i32_add().local_set(1);
        code.local_get(1).i32_const(0xfff0).i32_and().i32_load(at).local_set(2);
        code.block(BlockType::Empty).local_get(2).br_if(0);
        code.local_get(1).i32_const(0xfff0).i32_and().local_get(2).i32_store(at).end();
        code.local_get(3).i64_const(chance as i64 >> 20).i64_xor().local_set(3);
        if step % 16 == 0 && number > 0 {
            code.local_get(2).call((number - 1) as u32 + 2).local_set(0);
        }
    }
    code.local_get(2).local_get(3).i32_wrap_i64().i32_add().end();
    function
}

/// A core module with an allocator, an exported function, and more functions.
fn module((export, parameters): (&str, usize), more: &[Function], spins: bool) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function(vec![ValType::I32; 4], [ValType::I32]);
    types.ty().function(vec![ValType::I32; parameters], [ValType::I32]);
    types.ty().function([ValType::I32], [ValType::I32]);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    let mut realloc = Function::new([]);
    // Whatever is asked for begins at a multiple of eight, or the host refuses it.
    let mut next = realloc.instructions();
    next.global_get(0).global_get(0).local_get(3).i32_add();
    next.i32_const(7).i32_add().i32_const(-8).i32_and().global_set(0).end();
    functions.function(0);
    code.function(&realloc);
    let mut main = Function::new([]);
    match (spins, more.len()) {
        (true, _) => main.instructions().loop_(BlockType::Empty).br(0).end().unreachable().end(),
        (false, 0) => main.instructions().unreachable().end(),
        (false, count) => main.instructions().i32_const(1).call(count as u32 + 1).drop().unreachable().end(),
    };
    functions.function(1);
    code.function(&main);
    for function in more {
        functions.function(2);
        code.function(function);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 16,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let kind = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    globals.global(kind, &ConstExpr::i32_const(131_072));
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("cabi_realloc", ExportKind::Func, 0);
    exports.export(export, ExportKind::Func, 1);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&globals);
    module.section(&exports).section(&code);
    module.finish()
}

/// Has the host's own tool make a plugin of a module.
fn finish(program: &Path, folder: &Path, name: &str, module: &[u8], manifest: &str) -> Result<PathBuf> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    let head = format!(
        "id = \"{name}\"\nversion = \"0.1.0\"\ncontract = \"0.1\"\nlicense = \"Apache-2.0\"\n\
         name = {{ zh-CN = \"测\", en = \"Test\" }}\nsummary = {{ zh-CN = \"测\", en = \"Test\" }}\n"
    );
    std::fs::write(folder.join("plugin.toml"), head + manifest)?;
    let (core, plugin) = (folder.join("core.wasm"), folder.join("plugin.wasm"));
    std::fs::write(&core, module)?;
    let built = Command::new(program)
        .args(["plugin", "build"])
        .arg(&folder)
        .arg("--module")
        .arg(&core)
        .arg("--out")
        .arg(&plugin)
        .output()
        .with_context(|| program.display().to_string())?;
    ensure!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Ok(plugin)
}
