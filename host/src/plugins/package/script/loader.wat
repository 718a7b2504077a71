;; Answers `local:init/module-loader`, by which QuickJS's bridge asks for modules, by the contract's own `config`: the setting
;; named `\n` and a path is a module's text, and the setting named `\n`, a path, `\n` and what stands in an import is the
;; path of the module that is meant. Whoever runs the modules for the first time answers that; in a call no setting has such a name,
;; so that nothing can be loaded any more.
(module
  (import "hospes:plugin/config@0.1.0" "get" (func $get (param i32 i32 i32)))
  (import "env" "memory" (memory 0))
  (import "__main_module__" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (func (export "cabi_import_realloc") (param i32 i32 i32 i32) (result i32)
    (call $realloc (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  ;; Asks for a setting. An `option<value>`, as the answer lies in memory: a byte for whether there is one, at 8 which kind of
  ;; value, 4 for text, and at 16 the text's place and length. A `result<string, string>`: a byte, and from 4 on place and length.
  (func $ask (param $name i32) (param $length i32) (param $out i32) (local $answer i32)
    (local.set $answer (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 40)))
    (call $get (local.get $name) (local.get $length) (local.get $answer))
    (if (i32.and (i32.load8_u (local.get $answer)) (i32.eq (i32.load8_u offset=8 (local.get $answer)) (i32.const 4)))
      (then
        (i32.store8 (local.get $out) (i32.const 0))
        (i32.store offset=4 (local.get $out) (i32.load offset=16 (local.get $answer)))
        (i32.store offset=8 (local.get $out) (i32.load offset=20 (local.get $answer))))
      (else
        (i32.store8 (local.get $out) (i32.const 1))
        (i32.store offset=4 (local.get $out) (local.get $answer))
        (i32.store offset=8 (local.get $out) (i32.const 0)))))
  (func (export "resolve") (param $from i32) (param $from_length i32) (param $to i32) (param $to_length i32) (param $out i32)
    (local $name i32) (local $length i32)
    (local.set $length (i32.add (i32.add (local.get $from_length) (local.get $to_length)) (i32.const 2)))
    (local.set $name (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
    (i32.store8 (local.get $name) (i32.const 10))
    (memory.copy (i32.add (local.get $name) (i32.const 1)) (local.get $from) (local.get $from_length))
    (i32.store8 (i32.add (i32.add (local.get $name) (i32.const 1)) (local.get $from_length)) (i32.const 10))
    (memory.copy (i32.add (i32.add (local.get $name) (i32.const 2)) (local.get $from_length)) (local.get $to) (local.get $to_length))
    (call $ask (local.get $name) (local.get $length) (local.get $out)))
  (func (export "load") (param $path i32) (param $path_length i32) (param $out i32) (local $name i32) (local $length i32)
    (local.set $length (i32.add (local.get $path_length) (i32.const 1)))
    (local.set $name (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
    (i32.store8 (local.get $name) (i32.const 10))
    (memory.copy (i32.add (local.get $name) (i32.const 1)) (local.get $path) (local.get $path_length))
    (call $ask (local.get $name) (local.get $length) (local.get $out)))
)
