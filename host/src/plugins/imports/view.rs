//! What an interface sees of a call's state: its context, and the parts that are the interface's own.

/// Declares an interface's view, how it is had of a call's state, and what the linker needs to know of it.
macro_rules! view {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty = $part:ident),* $(,)? }) => {
        $(#[$meta])*
        pub(in crate::plugins) struct $name<'a> {
            call: &'a mut $crate::plugins::engine::state::CallContext,
            $($field: &'a mut $type,)*
        }

        /// What this interface sees of a call.
        pub(in crate::plugins) fn view(state: &mut $crate::plugins::engine::state::CallState) -> $name<'_> {
            $name { call: &mut state.context, $($field: &mut state.$part),* }
        }

        impl wasmtime::component::HasData for $name<'static> {
            type Data<'a> = $name<'a>;
        }

        impl $crate::plugins::bindings::hospes::plugin::types::Host for $name<'_> {
            fn convert_error(
                &mut self,
                fault: $crate::plugins::engine::fault::Fault,
            ) -> wasmtime::Result<$crate::plugins::bindings::hospes::plugin::types::Error> {
                fault.into_guest()
            }
        }
    };
}

pub(super) use view;
