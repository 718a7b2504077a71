//! What the demo tells the person who started it.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::plugins::webhook_secret;
use crate::ops::sample::{Company, Conversations};
use crate::ops::{App, Call, tickets};
use crate::store::page::PageRequest;
use crate::store::tickets::TicketFilter;

/// Where everything is.
pub struct Place<'a> {
    /// Where HTTP is served.
    pub address: SocketAddr,
    /// Where the stand-in for the Bot API is.
    pub bot_api: SocketAddr,
    /// Where the data is.
    pub database: &'a str,
}

/// The text that is printed when all is there.
pub async fn welcome(
    app: &App,
    call: &Call,
    place: &Place<'_>,
    token: Option<&str>,
    installed: &[String],
) -> anyhow::Result<String> {
    let Place { address, bot_api, database } = place;
    let company = Company::shipped()?.name;
    let shown = token.unwrap_or("the one that was printed at the first start");
    let bearer = token.unwrap_or("$HOSPES_TOKEN");
    let mut text = format!("\nHospes serves {company}, a sample company, on http://{address}\n\n");
    let _ = writeln!(text, "Administrator's token: {shown}");
    let _ = writeln!(text, "Data: {database}");
    let _ = writeln!(text, "\nThe newest tickets:");
    let _ =
        writeln!(text, "  curl -H 'Authorization: Bearer {bearer}' 'http://{address}/v1/tickets?limit=5'");
    let one = PageRequest { limit: 1, after: None };
    let newest = tickets::list(&mut app.db.read().await?, call, one, TicketFilter::default()).await?.items;
    if let Some(ticket) = newest.first() {
        let customer = ticket.customer_id;
        let _ = writeln!(text, "A customer as a whole:");
        let _ = writeln!(
            text,
            "  curl -H 'Authorization: Bearer {bearer}' http://{address}/v1/customers/{customer}/view"
        );
    }
    if installed.iter().any(|name| name == "web-form") {
        let body = r#"{"name": "Ada", "email": "ada@example.com", "message": "What does the kettle cost?"}"#;
        let _ = writeln!(text, "Write as a visitor of the company's site, and look at the tickets again:");
        let _ = writeln!(text, "  curl http://{address}/in/web-form --json '{body}'");
    }
    if let (true, Some(chat)) =
        (installed.iter().any(|name| name == "telegram"), Conversations::shipped()?.chats.first())
    {
        let _ = writeln!(
            text,
            "\nTelegram is played by this program, on http://{bot_api}: the plugin really sends, but nothing leaves this \
             machine.\nWhat the customers received:\n  curl http://{bot_api}/messages\nWrite as one of them, with another message_id each time:"
        );
        let body = format!(
            r#"{{"update_id": 1, "message": {{"message_id": 5001, "date": {}, "text": "谢谢，又漏水了", "chat": {{"id": {}, "type": "private"}}, "from": {{"id": {1}, "is_bot": false, "first_name": "{}"}}}}}}"#,
            app.db.now().as_micros() / 1_000_000,
            chat.id,
            chat.first_name
        );
        let secret = webhook_secret(app);
        let _ = writeln!(
            text,
            "  curl http://{address}/in/telegram/update -H 'X-Telegram-Bot-Api-Secret-Token: {secret}' --json '{body}'"
        );
        text.push_str(
            "For a bot of your own, set the installation's secret bot-token and its setting api-url to \
             https://api.telegram.org.\n",
        );
    }
    if installed.is_empty() {
        text.push_str("\nNo plugins are installed: name their folder by --plugins, and conversations will happen too.\n");
    }
    Ok(text)
}
