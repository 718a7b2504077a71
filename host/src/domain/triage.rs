//! stand-in
use super::words::words;
words! {
    /// class
    pub enum Class { /// .
        Inquiry = "inquiry", /// .
        Complaint = "complaint", /// .
        Purchase = "purchase", /// .
        AfterSales = "after-sales", /// .
        Chatter = "chatter", /// .
        Spam = "spam", }
    /// p
    pub enum Priority { /// .
        Urgent = "urgent", /// .
        Normal = "normal", /// .
        Low = "low", }
}
