/// Joins a partner's system; this one accepts everything and has twelve of each.
impl hospes_sdk::Partner for Plugin {
    fn push(
        shares: Vec<hospes_sdk::partner::Share>,
    ) -> Result<Vec<hospes_sdk::partner::Receipt>, hospes_sdk::Error> {
        let receipts = shares.into_iter().map(|share| hospes_sdk::partner::Receipt {
            share: share.id,
            accepted: true,
            reference: String::new(),
            message: String::new(),
        });
        Ok(receipts.collect())
    }

    fn query(
        request: hospes_sdk::partner::QueryRequest,
    ) -> Result<hospes_sdk::Table, hospes_sdk::Error> {
        if request.name != "stock" {
            let message = format!("it knows nothing of {}", request.name);
            return Err(hospes_sdk::Error::new("unsupported", message));
        }
        let product = hospes_sdk::Attribute::find(&request.parameters, "product").cloned();
        let titles = match request.language.starts_with("zh") {
            true => ["型号", "库存"],
            false => ["Product", "Available"],
        };
        let columns = ["product", "available"].into_iter().zip(titles);
        Ok(hospes_sdk::Table {
            columns: columns
                .map(|(name, title)| hospes_sdk::Column { name: name.into(), title: title.into() })
                .collect(),
            rows: vec![vec![product.unwrap_or(hospes_sdk::Value::None), hospes_sdk::Value::Integer(12)]],
        })
    }
}
