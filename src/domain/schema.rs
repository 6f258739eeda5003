//! The record's JSON Schema, and how our names map to other vendors'.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Record;

/// The schema of [`Record`], `schemas/record.schema.json`: every key required, unknown keys refused.
pub fn record_schema() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Record>().to_value()
}

/// One field under the names users know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameMapping {
    /// Path in the record.
    pub ours: &'static str,
    /// Column of tushare `report_rc`; empty where it has none.
    pub tushare: &'static str,
    /// Column of akshare `stock_research_report_em`.
    pub akshare: &'static str,
    /// Element of RIXML 2.5.
    pub rixml: &'static str,
}

/// How our names map to other vendors' (`domain.md` §4). Units differ: tushare has 万元 where we keep what is printed.
pub const NAME_MAP: &[NameMapping] = &[
    NameMapping { ours: "product.category", tushare: "report_type", akshare: "", rixml: "ProductCategory" },
    NameMapping { ours: "product.title", tushare: "report_title", akshare: "报告名称", rixml: "Title" },
    NameMapping { ours: "product.publish_date", tushare: "report_date", akshare: "日期", rixml: "publicationDate" },
    NameMapping { ours: "publisher.name", tushare: "org_name", akshare: "机构", rixml: "Organization" },
    NameMapping { ours: "authors[].name", tushare: "author_name", akshare: "", rixml: "Person" },
    NameMapping { ours: "authors[].role", tushare: "", akshare: "", rixml: "jobRole" },
    NameMapping { ours: "subject.symbol", tushare: "ts_code", akshare: "股票代码", rixml: "SecurityID" },
    NameMapping { ours: "subject.name", tushare: "name", akshare: "股票简称", rixml: "IssuerName" },
    NameMapping { ours: "subject.industry", tushare: "", akshare: "行业", rixml: "Sector/Industry" },
    NameMapping { ours: "ratings[].label", tushare: "rating", akshare: "", rixml: "PublisherDefinedValue" },
    NameMapping { ours: "ratings[].direction", tushare: "", akshare: "东财评级", rixml: "RatingEnum" },
    NameMapping { ours: "ratings[].action", tushare: "", akshare: "", rixml: "ratingAction" },
    NameMapping { ours: "ratings[].prior_label", tushare: "", akshare: "", rixml: "priorCurrent=Prior" },
    NameMapping { ours: "ratings[].horizon_months", tushare: "", akshare: "", rixml: "timeFrame" },
    NameMapping { ours: "target_price.high", tushare: "max_price", akshare: "", rixml: "TargetPrice" },
    NameMapping { ours: "target_price.low", tushare: "min_price", akshare: "", rixml: "TargetPrice" },
    NameMapping { ours: "estimates[metric=revenue]", tushare: "op_rt", akshare: "", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=operating_profit]", tushare: "op_pr", akshare: "", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=pretax_profit]", tushare: "tp", akshare: "", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=net_profit]", tushare: "np", akshare: "", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=eps]", tushare: "eps", akshare: "{Y}-盈利预测-收益", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=pe]", tushare: "pe", akshare: "{Y}-盈利预测-市盈率", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=roe]", tushare: "roe", akshare: "", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=dividend_yield]", tushare: "rd", akshare: "", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[metric=ev_ebitda]", tushare: "ev_ebitda", akshare: "", rixml: "EarningsEstimate" },
    NameMapping { ours: "estimates[].period", tushare: "quarter", akshare: "", rixml: "" },
    NameMapping { ours: "key_points[].text", tushare: "", akshare: "", rixml: "Synopsis" },
    NameMapping { ours: "related_reports[].title", tushare: "", akshare: "", rixml: "Relationship" },
    NameMapping { ours: "disclosures[]", tushare: "", akshare: "", rixml: "Disclosures" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_required_and_no_other_allowed() {
        let schema = record_schema();
        assert!(jsonschema::meta::is_valid(&schema));
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(schema["required"].as_array().unwrap().len(), properties.len());
        assert_eq!(schema["additionalProperties"], false);
    }
}
