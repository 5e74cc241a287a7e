//! Test data for `make bench`: a catalogue of very many matters, made from the shipped ones by a seeded
//! generator, published straight into a database. Every title says that it is generated.
//!
//! `many_matters DATABASE CATALOGUE-FOLDER NUMBER`

#![allow(clippy::print_stdout, reason = "a tool")]

use domain::catalogue::{Audience, Level, Matter};
use service::catalogue::{Catalogue, Offer};
use service::shelf::pack;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use store::tables::revisions::{self, Ready};
use store::{Db, DbTarget};

const ACTIONS: [&str; 5] = ["新办", "变更", "延续", "补证", "注销"];
const FIELDS: [&str; 64] = [
    "餐饮",
    "零售",
    "批发",
    "住宿",
    "美容",
    "美发",
    "洗浴",
    "游泳馆",
    "影院",
    "网吧",
    "棋牌",
    "书店",
    "药店",
    "诊所",
    "幼儿园",
    "培训",
    "养老院",
    "托育",
    "家政",
    "物业",
    "快递",
    "物流",
    "客运",
    "货运",
    "出租车",
    "停车场",
    "加油站",
    "充电站",
    "修车",
    "驾校",
    "农机",
    "养殖",
    "种植",
    "种子",
    "农药",
    "化肥",
    "屠宰",
    "饲料",
    "兽药",
    "渔业",
    "林木",
    "采砂",
    "采石",
    "水井",
    "沼气",
    "光伏",
    "水电",
    "供水",
    "供气",
    "供热",
    "排水",
    "垃圾",
    "广告",
    "印刷",
    "旅行社",
    "景区",
    "演出",
    "文物",
    "体育馆",
    "彩票",
    "典当",
    "旧货",
    "废品",
    "烟花",
];

/// `SplitMix64`: the same numbers for the same seed everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// One basic matter for each template, field and action; each area implements all of them.
fn make(number: usize, templates: &[Arc<Matter>], areas: &[String], draw: &mut Draw) -> Matter {
    let basic = number / areas.len();
    let area = &areas[number % areas.len()];
    let template = &templates[basic % templates.len()];
    let field = FIELDS[basic / templates.len() % FIELDS.len()];
    let action = ACTIONS[basic / templates.len() / FIELDS.len() % ACTIONS.len()];
    let mut matter = Matter::clone(template);
    matter.slug = format!("generated-{number}");
    matter.title = format!("{area}{field}{}（{action}，测试数据）", template.title);
    matter.pinyin = String::new();
    matter.aliases = template.aliases.iter().take(4).map(|a| format!("{field}{a}")).collect();
    matter.summary = format!("测试数据：{field}{action}。{}", template.summary);
    if draw.next().is_multiple_of(4) {
        matter.audience = vec![Audience::Person, Audience::Firm];
    }
    matter
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().ok_or("many_matters DATABASE CATALOGUE-FOLDER NUMBER");
    let (target, folder, count) = (argument()?, argument()?, argument()?.parse::<usize>()?);
    let catalogue = Catalogue::load(Path::new(&folder)).map_err(|errors| format!("{errors:?}"))?;
    let db = Db::open(&target.parse::<DbTarget>()?).await?;
    db.migrate(0).await?;
    let region = &catalogue.region;
    // A township's second implementation is found through its county's, and makes no template.
    let templates: Vec<Arc<Matter>> = catalogue.matters.iter().filter(|m| m.level == Level::County).cloned().collect();
    let villages = region.townships.iter().flat_map(|t| t.villages.iter().map(|v| v.name.clone()));
    let areas: Vec<String> = region.townships.iter().map(|t| t.name.clone()).chain(villages).take(13).collect();
    let mut draw = Draw(20_261_122);
    for first in (0..count).step_by(1000) {
        let mut tx = db.begin().await?;
        for number in first..(first + 1000).min(count) {
            let matter = make(number, &templates, &areas, &mut draw);
            let ready = Ready {
                id: uuid::Uuid::from_u128(u128::try_from(number)? + 1),
                slug: &matter.slug,
                version: matter.version,
                title: &matter.title,
                content: pack(&matter)?,
                offer: serde_json::to_string(&Offer::of(&matter, region))?,
                effective: &matter.effective.to_string(),
                author: "generator",
                at: 0,
            };
            revisions::put(&mut tx, ready).await?;
        }
        tx.commit().await?;
    }
    let mut tx = db.begin().await?;
    revisions::turn(&mut tx).await?;
    tx.commit().await?;
    db.close().await;
    println!("{count}");
    Ok(())
}
