/// Shows a customer's loyalty points.
impl hospes_sdk::Panel for Plugin {
    fn render(
        _context: hospes_sdk::panel::Context,
    ) -> Result<Vec<hospes_sdk::panel::Block>, hospes_sdk::Error> {
        let give = hospes_sdk::panel::Button { name: "give".into(), label: "Give 10".into() };
        let mut blocks = points("No points yet.");
        blocks.push(hospes_sdk::panel::Block::Buttons(vec![give]));
        Ok(blocks)
    }

    fn act(
        action: hospes_sdk::panel::Action,
    ) -> Result<Vec<hospes_sdk::panel::Block>, hospes_sdk::Error> {
        if action.name != "give" {
            let message = format!("there is no button {}", action.name);
            return Err(hospes_sdk::Error::new("unsupported", message));
        }
        Ok(points("10 points."))
    }
}

fn points(text: &str) -> Vec<hospes_sdk::panel::Block> {
    let heading = hospes_sdk::panel::Block::Heading("Loyalty".into());
    vec![heading, hospes_sdk::panel::Block::Text(text.into())]
}
