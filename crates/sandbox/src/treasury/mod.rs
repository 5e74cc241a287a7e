//! 财政统一支付平台 by our own profile (`docs/openapi/treasury.yaml`): bills are registered by their 缴款码 and paid on a page.

pub mod book;
pub mod cashier;
pub mod gateway;
pub mod notices;
mod order;
