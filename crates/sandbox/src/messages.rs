//! The message box (短信收件箱): what the phones of this demonstration have received.

use std::collections::{BTreeMap, VecDeque};

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::Shared,
    clock,
    crypto::{self, DIGITS},
    page::{escape, layout},
};

/// Messages kept.
const CAPACITY: usize = 500;

/// One short message on one phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// The carrier's receipt number (回执 `BizId`).
    pub biz_id: String,
    /// µs since the epoch.
    pub at: i64,
    pub phone: String,
    pub sign_name: String,
    pub template: String,
    pub template_code: String,
    pub params: BTreeMap<String, String>,
    /// What the phone shows.
    pub text: String,
    /// The code of a verification message (验证码).
    pub code: Option<String>,
    pub out_id: Option<String>,
    /// How often the same message was asked for; it was delivered once.
    pub requests: u32,
}

/// Newest first.
#[derive(Default, Serialize, Deserialize)]
pub struct MessageBox {
    messages: VecDeque<Message>,
}

impl MessageBox {
    /// Keeps a message and gives its receipt number. The same `out_id` is delivered once.
    pub fn receive(&mut self, mut message: Message) -> String {
        let known = |kept: &&mut Message| {
            message.out_id.is_some() && kept.out_id == message.out_id && kept.phone == message.phone
        };
        if let Some(kept) = self.messages.iter_mut().find(known) {
            kept.requests += 1;
            return kept.biz_id.clone();
        }
        message.biz_id = format!("{}^0", crypto::random_text(DIGITS, 18));
        let receipt = message.biz_id.clone();
        self.messages.push_front(message);
        self.messages.truncate(CAPACITY);
        receipt
    }

    fn of(&self, phone: Option<&str>) -> Vec<Message> {
        self.messages.iter().filter(|message| phone.is_none_or(|phone| message.phone == phone)).cloned().collect()
    }
}

#[derive(Deserialize)]
pub struct Filter {
    phone: Option<String>,
}

impl Filter {
    /// An empty field means everyone.
    fn phone(&self) -> Option<&str> {
        self.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty())
    }
}

/// `GET /messages.json?phone=`.
pub async fn json(State(app): State<Shared>, Query(filter): Query<Filter>) -> Json<Vec<Message>> {
    Json(app.messages().of(filter.phone()))
}

/// `GET /messages?phone=`.
pub async fn page(State(app): State<Shared>, Query(filter): Query<Filter>) -> Response {
    let messages = app.messages().of(filter.phone());
    let phone = escape(filter.phone().unwrap_or_default());
    let mut main = format!(
        "<form method=\"get\" action=\"/messages\">\n\
         <label for=\"phone\">手机号（留空显示全部）</label>\n\
         <input id=\"phone\" name=\"phone\" type=\"tel\" inputmode=\"numeric\" value=\"{phone}\">\n\
         <button class=\"primary\" type=\"submit\">查看 / 刷新</button>\n</form>\n"
    );
    main.push_str(&app.register().hint());
    main.push_str(&app.licences().hint());
    if messages.is_empty() {
        main.push_str("<p>还没有短信。发送后点“查看 / 刷新”。</p>");
    }
    for message in &messages {
        main.push_str(&card(message));
    }
    layout(StatusCode::OK, "短信收件箱", &main)
}

fn card(message: &Message) -> String {
    let code = escape(message.code.as_deref().unwrap_or_default());
    let big = if code.is_empty() { String::new() } else { format!("<p class=\"code\">{code}</p>\n") };
    format!(
        "<article data-phone=\"{phone}\" data-code=\"{code}\" data-template=\"{template}\">\n\
         <p class=\"quiet\">发给 {phone} · {time}</p>\n{big}<p>【{sign}】{text}</p>\n</article>\n",
        phone = escape(&message.phone),
        template = escape(&message.template),
        time = clock::for_people(message.at),
        sign = escape(&message.sign_name),
        text = escape(&message.text),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(out_id: &str, phone: &str) -> Message {
        Message {
            biz_id: String::new(),
            at: 0,
            phone: phone.into(),
            sign_name: "一次办".into(),
            template: "sign_in_code".into(),
            template_code: "SMS_1".into(),
            params: BTreeMap::new(),
            text: "<b>".into(),
            code: Some("123456".into()),
            out_id: (!out_id.is_empty()).then(|| out_id.into()),
            requests: 1,
        }
    }

    #[test]
    fn d7_the_same_out_id_is_delivered_once() {
        let mut all = MessageBox::default();
        let first = all.receive(message("job-1", "13800000001"));
        assert_eq!(all.receive(message("job-1", "13800000001")), first);
        assert_ne!(all.receive(message("", "13800000001")), first);
        assert_ne!(all.receive(message("", "13800000001")), first);
        let kept = all.of(Some("13800000001"));
        assert_eq!(kept.len(), 3);
        assert_eq!(kept[2].requests, 2);
        assert!(all.of(Some("13800000002")).is_empty());
    }

    #[test]
    fn the_box_keeps_the_newest_five_hundred() {
        let mut all = MessageBox::default();
        for number in 0..=CAPACITY {
            all.receive(message(&number.to_string(), "13800000001"));
        }
        let kept = all.of(None);
        assert_eq!(kept.len(), CAPACITY);
        assert_eq!(kept[0].out_id.as_deref(), Some("500"));
    }

    #[test]
    fn texts_are_escaped() {
        assert!(card(&message("", "13800000001")).contains("【一次办】&lt;b&gt;"));
    }
}
