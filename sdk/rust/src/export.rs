//! The line that makes a crate a plugin.

/// Exports a type's abilities, and only those: the host finds out what a plugin can do by looking at
/// what it exports.
///
/// The abilities are named as the contract's interfaces, in snake case; the type implements the trait
/// of each:
///
/// | ability | trait |
/// |---|---|
/// | `channel`, `channel_send`, `channel_poll`, `channel_media` | [`Channel`](crate::Channel), [`ChannelSend`](crate::ChannelSend), [`ChannelPoll`](crate::ChannelPoll), [`ChannelMedia`](crate::ChannelMedia) |
/// | `triage`, `assignment`, `scoring`, `survey` | [`Triage`](crate::Triage), [`Assignment`](crate::Assignment), [`Scoring`](crate::Scoring), [`Survey`](crate::Survey) |
/// | `partner`, `identity`, `messenger` | [`Partner`](crate::Partner), [`IdentityRules`](crate::IdentityRules), [`Messenger`](crate::Messenger) |
/// | `hooks`, `schedule`, `panel`, `tools` | [`Hooks`](crate::Hooks), [`Schedule`](crate::Schedule), [`Panel`](crate::Panel), [`Tools`](crate::Tools) |
///
/// ```ignore
/// hospes_sdk::export!(Telegram: channel, channel_send);
/// ```
#[macro_export]
macro_rules! export {
    ($plugin:ident: $($ability:ident),+ $(,)?) => {
        $($crate::__export_ability!($plugin $ability);)+
    };
}

/// Emits the entry points of one ability, and first a check whose error names the trait that is missing.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_ability {
    ($plugin:ident channel) => {
        $crate::__export_ability!($plugin, Channel, channel, __export_hospes_plugin_channel_0_1_0_cabi);
    };
    ($plugin:ident channel_send) => {
        $crate::__export_ability!($plugin, ChannelSend, channel_send, __export_hospes_plugin_channel_send_0_1_0_cabi);
    };
    ($plugin:ident channel_poll) => {
        $crate::__export_ability!($plugin, ChannelPoll, channel_poll, __export_hospes_plugin_channel_poll_0_1_0_cabi);
    };
    ($plugin:ident channel_media) => {
        $crate::__export_ability!($plugin, ChannelMedia, channel_media, __export_hospes_plugin_channel_media_0_1_0_cabi);
    };
    ($plugin:ident triage) => {
        $crate::__export_ability!($plugin, Triage, triage, __export_hospes_plugin_triage_0_1_0_cabi);
    };
    ($plugin:ident assignment) => {
        $crate::__export_ability!($plugin, Assignment, assignment, __export_hospes_plugin_assignment_0_1_0_cabi);
    };
    ($plugin:ident scoring) => {
        $crate::__export_ability!($plugin, Scoring, scoring, __export_hospes_plugin_scoring_0_1_0_cabi);
    };
    ($plugin:ident survey) => {
        $crate::__export_ability!($plugin, Survey, survey, __export_hospes_plugin_survey_0_1_0_cabi);
    };
    ($plugin:ident partner) => {
        $crate::__export_ability!($plugin, Partner, partner, __export_hospes_plugin_partner_0_1_0_cabi);
    };
    ($plugin:ident identity) => {
        $crate::__export_ability!($plugin, IdentityRules, identity, __export_hospes_plugin_identity_0_1_0_cabi);
    };
    ($plugin:ident messenger) => {
        $crate::__export_ability!($plugin, Messenger, messenger, __export_hospes_plugin_messenger_0_1_0_cabi);
    };
    ($plugin:ident hooks) => {
        $crate::__export_ability!($plugin, Hooks, hooks, __export_hospes_plugin_hooks_0_1_0_cabi);
    };
    ($plugin:ident schedule) => {
        $crate::__export_ability!($plugin, Schedule, schedule, __export_hospes_plugin_schedule_0_1_0_cabi);
    };
    ($plugin:ident panel) => {
        $crate::__export_ability!($plugin, Panel, panel, __export_hospes_plugin_panel_0_1_0_cabi);
    };
    ($plugin:ident tools) => {
        $crate::__export_ability!($plugin, Tools, tools, __export_hospes_plugin_tools_0_1_0_cabi);
    };
    ($plugin:ident $other:ident) => {
        compile_error!(concat!(
            "there is no ability `",
            stringify!($other),
            "`; abilities are named as the contract's interfaces, for example `channel_send`"
        ));
    };
    ($plugin:ident, $trait:ident, $interface:ident, $entry_points:ident) => {
        const _: () = {
            const fn has_the_trait<T: $crate::$trait>() {}
            has_the_trait::<$plugin>();
        };
        // Only there do the entry points' names make sense to a linker; elsewhere the crate is a library with
        // tests.
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::exports::hospes::plugin::$interface::$entry_points!(
            $plugin with_types_in $crate::bindings::exports::hospes::plugin::$interface
        );
    };
}
