//! The outside world behind the ports that `service` declares.

pub mod alipay;
pub mod aliyun_sms;
pub mod binder;
pub mod clamd;
pub mod documents;
mod edges;
pub mod invoices;
pub mod licences;
mod pixels;
pub mod preview;
pub mod register;
mod signed;
pub mod spreadsheet;
pub mod treasury;
pub mod wechat;
