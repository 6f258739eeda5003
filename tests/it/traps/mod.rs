//! The traps of real reports, each with a text of our own: what looks like a value of the report and is none.
//!
//! Numbers are those of the list the rules were designed against: T1 to T9 and T24 to T26 ratings and scales, T10 to T15
//! and T20 to T23 statements and people, T16 to T19 figures and dates. T1 and T17, say, are one trap each with several faces.

#![allow(clippy::field_reassign_with_default, reason = "a trap reads as a change to one note")]

mod figures;
mod ratings;
mod statements;

use sellside::document::Document;
use sellside::domain::Record;
use sellside::pipeline::extract_by_rules;

use crate::laws::assert_lawful;

/// Reads a text by the rules; the record obeys the laws.
fn read(text: &str) -> Record {
    let document = Document::from_bytes("trap.txt", text.as_bytes()).unwrap();
    let record = extract_by_rules(&document);
    assert_lawful(&document, &record);
    record
}

/// A company note of an invented broker with all its parts; a test puts its trap into one of them.
struct Note {
    header: &'static str,
    body: String,
    definitions: &'static str,
    legal: String,
}

impl Default for Note {
    fn default() -> Self {
        Self {
            header: "证券研究报告 | 公司点评\n澄川证券\n岚浦股份(605993.SH)\n订单回暖，盈利拐点临近\n2025年05月20日\n投资评级：增持（维持）\n当前价：12.00元\n目标价：15.00元\n\n证券分析师：邵临\n执业证书编号：S9910521030007\n邮箱：shaolin@chengchuan.example\n",
            body: "事件：公司发布一季报，收入5.2亿元，同比增长12%。\n\n投资建议：我们看好公司订单回暖，维持“增持”评级。\n".to_owned(),
            definitions: "投资评级说明\n报告发布日后的12个月内，公司股价相对同期沪深300指数的涨跌幅：\n股票评级\n买入\t相对同期基准指数涨幅在20%以上\n增持\t相对同期基准指数涨幅介于5%至20%之间\n中性\t相对同期基准指数涨跌幅介于-5%至5%之间\n减持\t相对同期基准指数跌幅在5%以上\n行业评级\n看好\t行业指数表现优于同期基准指数\n中性\t行业指数表现与同期基准指数持平\n看淡\t行业指数表现弱于同期基准指数\n",
            legal: "免责声明\n澄川证券股份有限公司具备证券投资咨询业务资格。本报告仅供澄川证券的客户使用，信息均来源于公开资料。市场有风险，投资需谨慎。本报告版权归澄川证券所有，未经书面许可不得转载。\n".to_owned(),
        }
    }
}

impl Note {
    fn text(&self) -> String {
        let statement =
            "分析师声明\n本人具有中国证券业协会授予的证券投资咨询执业资格，独立、客观地出具本报告，不受任何第三方的授意或影响。\n";
        format!("{}\n{}\n风险提示：需求不及预期；原材料涨价。\n\n{statement}\n{}\n{}", self.header, self.body, self.definitions, self.legal)
    }

    fn read(&self) -> Record {
        read(&self.text())
    }

    fn with_body(paragraph: &str) -> Record {
        let mut note = Self::default();
        note.body.push('\n');
        note.body.push_str(paragraph);
        note.body.push('\n');
        note.read()
    }
}

/// The labels of the report's own ratings, in order.
fn labels(record: &Record) -> Vec<&str> {
    record.ratings.iter().filter_map(|rating| rating.label.as_deref()).collect()
}

#[test]
fn the_note_without_a_trap_reads_as_printed() {
    let record = Note::default().read();
    assert_eq!(labels(&record), ["增持"]);
    assert_eq!((record.ratings[0].rank, record.ratings[0].of), (Some(2), Some(4)));
    assert_eq!(record.publisher.name.as_deref(), Some("澄川证券"));
    assert_eq!(record.product.publish_date.map(|day| day.to_string()).as_deref(), Some("2025-05-20"));
    assert_eq!(record.authors.len(), 1);
    assert_eq!(record.risks.len(), 2);
}
