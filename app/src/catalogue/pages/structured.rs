//! The guide for machines: schema.org `GovernmentService` as a data block, which no browser runs.

use domain::catalogue::{Audience, Matter, Region};
use serde_json::json;

/// JSON-LD of a guide. `<` is escaped, so that no text can end the block.
pub fn service(matter: &Matter, region: &Region, url: &str) -> String {
    let body = region.body(&matter.body).map_or("", |b| b.name.as_str());
    let window = region.window(&matter.window);
    let audience = |a: &Audience| match a {
        Audience::Person => "自然人",
        Audience::Firm => "法人和其他组织",
    };
    let fees: Vec<_> = matter
        .fee
        .iter()
        .flat_map(|f| &f.items)
        .map(|item| {
            let price = domain::money::Fen(item.amount_fen).to_string();
            json!({ "@type": "Offer", "name": item.name, "price": price, "priceCurrency": "CNY" })
        })
        .collect();
    let text = json!({
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": matter.title,
        "alternateName": matter.aliases,
        "identifier": matter.code,
        "description": matter.summary,
        "url": url,
        "inLanguage": "zh-CN",
        "serviceType": matter.theme,
        "audience": matter.audience.iter().map(|a| json!({ "@type": "Audience", "audienceType": audience(a) })).collect::<Vec<_>>(),
        "areaServed": { "@type": "AdministrativeArea", "name": region.name },
        "serviceOperator": { "@type": "GovernmentOrganization", "name": body },
        "availableChannel": {
            "@type": "ServiceChannel",
            "serviceUrl": url,
            "servicePhone": { "@type": "ContactPoint", "telephone": matter.consult_phone },
            "serviceLocation": window.map(|w| json!({ "@type": "Place", "name": w.name, "address": w.address })),
        },
        "isAccessibleForFree": matter.is_free(),
        "offers": fees,
        "produces": { "@type": "Thing", "name": matter.result.name },
    });
    text.to_string().replace('<', "\\u003c")
}
