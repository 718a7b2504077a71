/// Says good morning every day at eight.
impl hospes_sdk::Schedule for Plugin {
    fn run(name: String, due: hospes_sdk::Timestamp) -> Result<(), hospes_sdk::Error> {
        hospes_sdk::log::info(&format!("{name} was due at {due}"));
        Ok(())
    }
}
