//! The outside world behind the ports that `service` declares.

pub mod alipay;
pub mod aliyun_sms;
pub mod clamd;
pub mod documents;
pub mod licences;
pub mod preview;
pub mod register;
mod signed;
pub mod spreadsheet;
pub mod wechat;
