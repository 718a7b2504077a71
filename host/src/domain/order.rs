//! Orders: what customers have bought.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{CustomerId, OrderId};
use super::money::Money;

/// An order, as transaction history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "order", right = CustomersRead, table = "orders", en = "Order", zh = "订单", zh_help = "订单，作为交易历史。", title = "number", usual = "-placed_at",
    follows("customer"), new = NewOrder, change = OrderChange,
)]
pub struct Order {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: OrderId,
    /// Who ordered.
    #[field(zh = "客户", zh_help = "下单的客户。", new, required, fixed)]
    pub customer_id: CustomerId,
    /// The shop's number.
    #[field(
        zh = "订单号",
        zh_help = "商店的订单号。",
        new,
        change,
        required,
        length(1, 100),
        example = "SO-2026-0117"
    )]
    pub number: String,
    /// What it came to.
    #[field(
        zh = "总额",
        zh_help = "订单总额。",
        new,
        change,
        required,
        columns("total_cents", "currency"),
        class = "financial"
    )]
    pub total: Money,
    /// What was ordered, as JSON.
    #[field(zh = "商品", zh_help = "所购商品，JSON 格式。", new, change)]
    pub items: Value,
    /// When.
    #[field(zh = "下单时间", zh_help = "时间。", new, change, required, sort)]
    pub placed_at: Timestamp,
    /// When it was stored.
    #[field(zh = "创建时间", zh_help = "存入的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}
