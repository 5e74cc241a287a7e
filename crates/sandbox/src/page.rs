//! Pages for people: plain HTML that works without scripts, labelled as a sandbox throughout.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::app::Shared;

pub const STYLE_PATH: &str = "/assets/sandbox.css";

/// Text or attribute value → HTML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A whole page around `main`, which is HTML already.
pub fn layout(status: StatusCode, title: &str, main: &str) -> Response {
    let title = escape(title);
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} · 沙箱</title>\n\
         <link rel=\"stylesheet\" href=\"{STYLE_PATH}\">\n</head>\n<body>\n\
         <p class=\"banner\" role=\"note\">沙箱 · 仅供本机演示，不是真实支付</p>\n\
         <main>\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n"
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(page)).into_response()
}

/// `GET /`: what is here.
pub async fn index(State(app): State<Shared>) -> Response {
    let main = format!(
        "<p>这里模拟外部系统，供在本机演示和测试“一次办”。</p>\n\
         <ul>\n\
         <li><a href=\"/messages\">短信收件箱</a></li>\n\
         <li><a href=\"/register/persons\">户籍登记里的人（编造的）</a>（JSON；用 POST 添加）</li>\n\
         <li><a href=\"/licences/held\">电子证照库里的人和证照（编造的）</a>（JSON；用 POST 添加）</li>\n\
         <li><a href=\"/wechat/notifications\">支付通知记录（微信支付、支付宝、财政统一支付平台）</a>（JSON）</li>\n\
         <li><a href=\"/faults\">当前故障设置</a>（JSON；用 POST 修改）</li>\n\
         </ul>\n\
         <dl>\n<dt>微信支付接口</dt><dd><code>{base}/wechat</code></dd>\n\
         <dt>支付宝接口</dt><dd><code>{base}/alipay/gateway.do</code></dd>\n\
         <dt>财政统一支付平台接口</dt><dd><code>{base}/treasury</code></dd>\n\
         <dt>短信接口</dt><dd><code>{base}/sms/</code></dd>\n\
         <dt>户籍登记接口</dt><dd><code>{base}/register</code></dd>\n\
         <dt>查毒（clamd 协议）</dt><dd><code>{clamd}</code></dd>\n\
         <dt>电子证照库接口</dt><dd><code>{base}/licences</code></dd>\n\
         <dt>支付通知发往</dt><dd><code>{notify}</code>、<code>{alipay_notify}</code>、<code>{treasury_notify}</code></dd>\n</dl>",
        base = escape(&app.settings.public_url),
        clamd = escape(&app.settings.clamd),
        notify = escape(&app.settings.notify_url),
        alipay_notify = escape(&app.settings.alipay_notify_url),
        treasury_notify = escape(&app.settings.treasury_notify_url),
    );
    layout(StatusCode::OK, "外部系统沙箱", &main)
}

pub async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("sandbox.css")).into_response()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_never_survives_escaping() {
        assert_eq!(escape("<a href=\"x\" title='y'>&中"), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;中");
    }
}
