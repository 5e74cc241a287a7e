//! The outside world behind the ports that `service` declares.

pub mod aliyun_sms;
pub mod documents;
pub mod register;
pub mod spreadsheet;
pub mod wechat;
