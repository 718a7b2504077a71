/// Notes in the log which tickets were resolved.
impl hospes_sdk::Hooks for Plugin {
    fn on_event(event: hospes_sdk::Event) -> Result<(), hospes_sdk::Error> {
        hospes_sdk::log::info(&format!("{}: {}", event.kind, event.subject_id));
        Ok(())
    }
}
