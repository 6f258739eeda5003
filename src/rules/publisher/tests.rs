use super::*;
use crate::document::Document;
use crate::zones::Zones;

fn firm(text: &str) -> (Option<String>, Option<String>) {
    let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document);
    let reading = read(&Context::new(&document, &zones));
    (reading.name.map(|name| name.value), reading.legal_name.map(|name| name.value))
}

#[test]
fn an_unknown_firm_is_read_off_its_own_statements() {
    let (name, legal) =
        firm("光缆景气上行证券研究报告资料来源:Wind,望江证券研究所免责声明本报告仅供望江证券股份有限公司(以下简称“本公司”)客户使用。");
    assert_eq!((name.as_deref(), legal.as_deref()), (Some("望江证券"), Some("望江证券股份有限公司")));
    let (name, legal) = firm(
        "Harbour Cove (9999 HK)\nThis report is prepared by Northlake Securities (Hong Kong) Limited.\nNorthlake Securities (Hong Kong) Limited is regulated.",
    );
    assert_eq!((name.as_deref(), legal.as_deref()), (Some("Northlake Securities"), Some("Northlake Securities (Hong Kong) Limited")));
}

#[test]
fn quoted_sources_are_not_the_publisher() {
    let text = "资料来源:中信证券研究所。资料来源:中信证券,海通证券。本报告版权归望江证券股份有限公司所有,未经望江证券股份有限公司书面授权不得转载。";
    assert_eq!(firm(text).0.as_deref(), Some("望江证券"));
}

#[test]
fn who_passes_a_report_on_is_not_the_publisher() {
    for text in [
        "本报告由望江证券股份有限公司撰写,版权归望江证券股份有限公司所有。本报告由湖城证券股份有限公司分发,由湖城证券股份有限公司转发给客户。",
        "本报告仅供望江证券股份有限公司客户使用。资料来源:湖城证券股份有限公司具备业务资格;引自湖城证券股份有限公司研究所",
        "本报告仅供望江证券股份有限公司客户使用。\n\n> 湖城证券股份有限公司具备证券投资咨询业务资格。\n> 版权归湖城证券股份有限公司所有。\n> 仅供湖城证券股份有限公司客户使用。\n",
    ] {
        assert_eq!(firm(text).1.as_deref(), Some("望江证券股份有限公司"), "{text}");
    }
    let text = "Harbour\nIssued by Northlake Securities Limited.\nThis report is distributed in Asia by Quill Securities Limited. Distributed by Quill Securities Limited.\nNorthlake Securities Limited is regulated.";
    assert_eq!(firm(text).0.as_deref(), Some("Northlake Securities"));
}

#[test]
fn many_quoted_sources_do_not_outweigh_one_statement() {
    let sources = "资料来源:Wind,湖城证券研究所。".repeat(80);
    let text = format!("{sources}本报告版权归望江证券股份有限公司所有,未经望江证券股份有限公司授权不得转载。");
    assert_eq!(firm(&text).0.as_deref(), Some("望江证券"));
}

#[test]
fn registered_names_of_subsidiaries_and_consultancies() {
    assert_eq!(
        firm("一般声明本报告由望江证券经纪(香港)有限公司(简称“望江证券经纪(香港)”)制作"),
        (Some("望江证券".to_owned()), Some("望江证券经纪(香港)有限公司".to_owned()))
    );
    assert_eq!(
        firm("2024-04-17医药健康望江(上海)信息咨询有限公司湖城智库旗下公司"),
        (Some("望江".to_owned()), Some("望江(上海)信息咨询有限公司".to_owned()))
    );
    assert_eq!(firm("Harbour\nQuill Securities Japan Co., Ltd.\n").1.as_deref(), Some("Quill Securities Japan Co., Ltd."));
}

#[test]
fn whose_notes_are_named_and_after_whom_an_index_is_called() {
    let peers = "中信证券、海通证券营收居前，中信证券增长较快。".repeat(4);
    let text = format!("证券研究报告 请务必阅读正文最后的中国银河证券股份公司免责声明 行业动态报告 {peers}");
    assert_eq!(firm(&text).0.as_deref(), Some("银河证券"));
    let quoted = "望江证券\n证券研究报告\n资料来源:望江证券研究所\n某平台页面写明“请阅读中信证券重要声明”。\n本报告仅供望江证券客户使用。";
    assert_eq!(firm(quoted).0.as_deref(), Some("望江证券"));
    assert_eq!(firm("证券研究报告\n华泰证券固收PMI点评\n正文。").0.as_deref(), Some("华泰证券"));
    assert_eq!(firm("# India: demand led the increase\n\nThe seasonally adjusted HSBC India manufacturing PMI rose to 55.0.\n").0, None);
}

#[test]
fn a_firm_that_does_not_stand_in_the_text_is_never_returned() {
    assert_eq!(firm("分析师 吴某 SAC执业证书编号:S0870522020001 wu@shzq.com 增持").0, None);
}

#[test]
fn names_of_several_words_stay_whole() {
    for firm_name in ["Harrow & Quill Securities", "Thorn and Ashby Capital", "O'Mara-Finch & Co. Securities"] {
        let text = format!("{firm_name}\nResearch\nThis report is issued by {firm_name} (Hong Kong) Limited.\n© {firm_name}");
        let (name, legal) = firm(&text);
        assert_eq!(name.as_deref(), Some(firm_name));
        assert_eq!(legal, Some(format!("{firm_name} (Hong Kong) Limited")));
    }
    // `and` between two firms parts them.
    let text = "Clients of Northlake Limited and Harbour Cove Securities Limited.\nIssued by Harbour Cove Securities Limited.";
    assert_eq!(firm(text).0.as_deref(), Some("Harbour Cove Securities"));
}

#[test]
fn firms_a_sector_report_is_about_are_not_its_publisher() {
    // A table of companies that lost its lines, the publisher only under the figure.
    let cells = "望江证券\n\n湖城证券\n\n北山证券\n\n云岭证券\n\n";
    assert_eq!(firm(&format!("行业月度报告\n\n{cells}资料来源:Wind,岩屿证券\n\n正文。")).0.as_deref(), Some("岩屿证券"));
    // A known house with its code behind the name is the company of the report.
    assert_eq!(firm("Company Report: Haitong Int'l (00665 HK)\n公司报告:海通国际 (00665 HK)\nEarnings rose.\n").0, None);
}
