use super::*;
use crate::document::Document;
use crate::zones::Zones;

fn with<T>(text: &str, f: impl FnOnce(&Context<'_>) -> T) -> T {
    let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document);
    f(&Context::new(&document, &zones))
}

/// Name, role letter, number, address, telephone of each person.
fn people(text: &str) -> Vec<String> {
    with(text, |context| {
        read(context)
            .0
            .into_iter()
            .map(|author| {
                let role = match author.role.unwrap().value {
                    AuthorRole::Analyst => 'a',
                    AuthorRole::Assistant => 'r',
                    AuthorRole::Contact => 'c',
                };
                let word = |slot: crate::domain::Slot<String>| slot.map_or("-".to_owned(), |found| found.value);
                format!("{}/{role}/{}/{}/{}", word(author.name), word(author.license_no), word(author.email), word(author.phone))
            })
            .collect()
    })
}

#[test]
fn a_heading_for_others_below_the_analysts_is_nobodys_role() {
    let text = "固收报告 2026年02月13日 # 证券分析师 林乔 SAC: S0990524100002 linqiao@wj.com 田川 SAC: S0990525070004 tianchuan@wj.com # 联系人 # 二永差压降仍有空间 # 投资要点: 收益率下行。";
    let found = people(text);
    assert!(found.iter().all(|person| person.contains("/a/")) && found.len() == 2, "{found:?}");
    // Right behind a name it is that one's.
    let below = "林乔\n\n# 分析师\n\nSAC执业证书编号：S0990522030006\n\nlinqiao@wj.com\n\n田川\n\n# 研究助理\n\nSAC执业证书编号：S0990122030006\n\ntianchuan@wj.com\n";
    assert_eq!(people(below), ["林乔/a/S0990522030006/linqiao@wj.com/-", "田川/r/S0990122030006/tianchuan@wj.com/-"]);
}

#[test]
fn labelled_lines() {
    assert_eq!(
        people("分析师： 陈某  \nTel: 021-53600000  \nE-mail: chenmou@wj.com  \nSAC 编号: S0990522020001\n\n## 相关报告"),
        ["陈某/a/S0990522020001/chenmou@wj.com/021-53600000"]
    );
}

#[test]
fn fields_between_lines_of_prose() {
    let prose = "公司上半年实现营业收入十四亿元，同比增长，服务收入为九亿元，盈利能力";
    assert_eq!(
        people(&format!(
            "{prose}\n                    分析师：林乔\n{prose}\n                    执业证号：S9990522090003\n{prose}      邮箱：linq@wj.cn\n{prose}\n"
        )),
        ["林乔/a/S9990522090003/linq@wj.cn/-"]
    );
    assert_eq!(
        people(&format!(
            "分析师：                    {prose}\n\n周宇洋\n             {prose}\n执业登记编码：S9990523050002\n             {prose}\n邮箱：zhouyuyang@wj.cn\n             {prose}\n陆天\n             {prose}\n执业登记编码：S9990523120001\n             {prose}\n邮箱：lutian@wj.cn\n"
        )),
        ["周宇洋/a/S9990523050002/zhouyuyang@wj.cn/-", "陆天/a/S9990523120001/lutian@wj.cn/-"]
    );
    assert_eq!(
        people(&format!(
            "  证券分析师\n                    财务数据及盈利预测\n  王某                 报告期          2023    2024\n  S9990524120002      营业总收入（百万元）    6,264   9,065\n\n  wangmou@wj.cn       归母净利润（百万元）    1,786   1,616\n{prose}\n"
        )),
        ["王某/a/S9990524120002/wangmou@wj.cn/-"]
    );
}

#[test]
fn names_and_numbers_side_by_side_between_lines_of_prose() {
    let prose = "公司上半年实现营业收入十四亿元，同比增长，服务收入为九亿元，盈利能力";
    assert_eq!(
        people(&format!(
            "{prose}          证券分析师：袁文某                  证券分析师：徐文某\n{prose}              021-60375411               021-60375426\n                              yuanwenm@wj.cn    xuwenm@wj.cn\n{prose}           S9990523110003             S9990524030001\n{prose}\n"
        )),
        ["袁文某/a/S9990523110003/yuanwenm@wj.cn/-", "徐文某/a/S9990524030001/xuwenm@wj.cn/-"]
    );
    assert_eq!(
        people(&format!(
            "证券分析师：宋辰某                              {prose}\n电话：\nE-MAIL：songcm@wj.cn\n              {prose}\n分析师登记编号：S9990526050001              {prose}\n"
        )),
        ["宋辰某/a/S9990526050001/songcm@wj.cn/-"]
    );
}

#[test]
fn rare_and_common_surnames_told_by_their_place() {
    assert_eq!(people("证券分析师：要文某\n执业证书编号：S9990523010004\n"), ["要文某/a/S9990523010004/-/-"]);
    assert_eq!(
        people(
            "本文摘自报告\n\n王之某 分析员 SAC 执证编号：S9990522050001 SFC CE Ref：ZQH417\n\n于钟某 分析员 SAC 执证编号：S9990518070011\n"
        ),
        ["王之某/a/S9990522050001/-/-", "于钟某/a/S9990518070011/-/-"]
    );
}

#[test]
fn an_address_goes_to_the_nearest_with_its_surname() {
    let text = "证券分析师：方某 S9990523060001\nfangmou@wj.com.cn\n联系人：方逸某，董经某，fangym@wj.com.cn\n投资要点";
    assert_eq!(people(text), ["方某/a/S9990523060001/fangmou@wj.com.cn/-", "方逸某/c/-/fangym@wj.com.cn/-", "董经某/c/-/-/-"]);
}

#[test]
fn members_of_a_team_who_did_not_sign_are_no_authors() {
    assert_eq!(
        people(
            "证券分析师：吴某\n邮箱：wumou@wj.cn\n执业编号：S9990523040001\n\n正文。\n\n## 计算机组团队介绍\n\n研究员：胡昕某工学硕士，曾任职于望湖科技，2023年加入。\n\n高级分析师：陆昕某\n望湖大学资产评估硕士，2022年加入。\n\n助理研究员：梁某某大学经济学硕士，2022年加入。\n"
        ),
        ["吴某/a/S9990523040001/wumou@wj.cn/-"]
    );
}

#[test]
fn role_behind_the_name_in_run_on_text() {
    assert_eq!(
        people(
            "相对收益-3.040.38绝对收益马某帅分析师SAC执业证书编号：S0990518120001mashuai@wj.com.cn冯俊某分析师SAC执业证书编号：S0990520010002fengjx@wj.com.cn王某报告联系人wangm2@wj.com.cn相关报告"
        ),
        ["马某帅/a/S0990518120001/mashuai@wj.com.cn/-", "冯俊某/a/S0990520010002/fengjx@wj.com.cn/-", "王某/c/-/wangm2@wj.com.cn/-"]
    );
}

#[test]
fn role_before_the_name_holds_for_the_next_names() {
    assert_eq!(
        people("2021-03-07分析师：谢某xiemou@wj.com.cnS0990519060001李某亮limouliang@wj.com.cnS0990520070005投资要点上周若干公司公布财报"),
        ["谢某/a/S0990519060001/xiemou@wj.com.cn/-", "李某亮/a/S0990520070005/limouliang@wj.com.cn/-"]
    );
}

#[test]
fn numbers_in_a_run_of_their_own_are_paired_in_order() {
    assert_eq!(
        people(
            "证券分析师： 李某能 0755-22000000 lizn@wj.com.cn证券分析师： 董某志 021-60000000 dongdz@wj.com.cn联系人： 田某 0755-81000000 tianm2@wj.com.cn\n\n执证编码：S0990516060001  \n执证编码：S0990513100001\n"
        ),
        [
            "李某能/a/S0990516060001/lizn@wj.com.cn/0755-22000000",
            "董某志/a/S0990513100001/dongdz@wj.com.cn/021-60000000",
            "田某/c/-/tianm2@wj.com.cn/0755-81000000"
        ]
    );
}

#[test]
fn a_number_glued_to_a_telephone_or_an_address() {
    assert_eq!(
        people("[Table_Author]2021年02月22日证券分析师朱某广执业证号：S0990520070004021-60190000zhumg@wj.com.cn-46%-23%0%"),
        ["朱某广/a/S0990520070004/zhumg@wj.com.cn/021-60190000"]
    );
    assert_eq!(
        people("证券分析师 朱洁某  \n执业证书：S0990520090004zhujiem@wj.com.cn研究助理 薛路某  \n执业证书：S0990123070027xuelm@wj.com.cn"),
        ["朱洁某/a/S0990520090004/zhujiem@wj.com.cn/-", "薛路某/r/S0990123070027/xuelm@wj.com.cn/-"]
    );
}

#[test]
fn the_industry_glued_before_a_name_is_no_part_of_it() {
    assert_eq!(
        people(
            "增持——维持日期：2016年3月3日行业：医疗器械魏某021-53680000weimou@wj.com执业证书编号：S0990513090001杜某雁021-53680001dumouyan@wj.com执业证书编号：S0990115070022行业经济数据"
        ),
        ["魏某/a/S0990513090001/weimou@wj.com/021-53680000", "杜某雁/a/S0990115070022/dumouyan@wj.com/021-53680001"]
    );
}

#[test]
fn a_template_mark_and_a_title_between_name_and_role() {
    assert_eq!(
        people(
            "专题报告\n\n[Table_A解某亮 or宏观首席] 分析师执业编号：S0990521040002联系电话：010-83000000邮 箱： xiemouliang@wj.com麦某玥 宏观分析师执业编号：S0990524070002邮 箱： maimy@wj.com\n"
        ),
        ["解某亮/a/S0990521040002/xiemouliang@wj.com/010-83000000", "麦某玥/a/S0990524070002/maimy@wj.com/-"]
    );
}

#[test]
fn one_with_two_registers() {
    assert_eq!(
        people("胡某SACNo.S0990518080001研究员SFCNo.BXX762021-28000000hum@wj.com李某澎SACNo.S0990120090023联系人lizip@wj.com行业走势图"),
        ["胡某/a/S0990518080001/hum@wj.com/021-28000000", "李某澎/c/S0990120090023/lizip@wj.com/-"]
    );
}

#[test]
fn an_address_goes_to_the_one_whose_surname_it_spells() {
    assert_eq!(
        people("公司研究类模板：分析师：马某执业证书编号：S0990520070002：联系人：陈某曦、林某川、詹某雨：mamou@wj.com.cn报告导读")[0],
        "马某/a/S0990520070002/mamou@wj.com.cn/-"
    );
}

#[test]
fn sales_staff_and_prose_are_no_authors() {
    assert!(people("机构销售通讯录 华东销售 王某 021-60000000 wangm@wj.com.cn 李某 021-60000001 lim@wj.com.cn").is_empty());
    assert!(people("分析师声明：本报告署名分析师具有中国证券业协会授予的证券投资咨询执业资格，分析师认为相关公司前景良好。").is_empty());
}

#[test]
fn english_blocks() {
    assert_eq!(
        people(
            "Northlake Ltd\nAnn Field, CFA AC\n(852) 2800 0000\nann.field@northlake.com\nSAC Registration Number: S0990523020001\nBo LI\nbo.q.li@northlake.com\nCleo Park >>\nResearch Analyst\nNorthlake (Hong Kong)\ncleo.park@northlake.com\nDan Roe\nResearch Associate\ndan.roe@northlake.com\nKey Changes"
        ),
        [
            "Ann Field/a/S0990523020001/ann.field@northlake.com/(852) 2800 0000",
            "Bo LI/a/-/bo.q.li@northlake.com/-",
            "Cleo Park/a/-/cleo.park@northlake.com/-",
            "Dan Roe/r/-/dan.roe@northlake.com/-"
        ]
    );
    assert_eq!(
        people(
            "Morning Brief\nHarbour | Soft quarter\n(Asha Rao, asha.rao@northlake.com, Tel: (91 22) 66300000)\nFor questions email help@northlake.com"
        ),
        ["Asha Rao/a/-/asha.rao@northlake.com/(91 22) 66300000"]
    );
}

#[test]
fn numbers_that_do_not_fit_are_flagged_not_fixed() {
    let text = "证券分析师：郭某电话：18600000000E-MAIL：guom@wj.com执业资格证书编码：S099051909001(10%)";
    with(text, |context| {
        let (authors, _) = read(context);
        assert_eq!(authors[0].license_no.as_ref().unwrap().value, "S099051909001");
        assert_eq!(licenses(&authors, None, None).len(), 1);
    });
    with("分析师：杜某雁S0990115070022dum@wj.com分析师：林某S0880515070022lin@wj.com", |context| {
        let flags = licenses(&read(context).0, None, None);
        assert!(flags[0].detail.contains("type 1") && flags[1].detail.contains("another firm"), "{flags:?}");
    });
}

#[test]
fn a_heading_over_a_name_gives_the_role_and_domains_may_be_long() {
    let text = "Northlake Group (999 HK)\n\nAnalysts\nAnn Field\n+852 0000 4471\nann.field@harbour.securities\nSFC CE No. ZQH417\n\nResearch associate (not a signatory)\nPriya Moor\npriya.moor@harbour.securities\n\nCompany data\n";
    assert_eq!(
        people(text),
        ["Ann Field/a/ZQH417/ann.field@harbour.securities/+852 0000 4471", "Priya Moor/r/-/priya.moor@harbour.securities/-"]
    );
}

#[test]
fn layouts_in_columns_and_in_line() {
    let layouts: &[(&str, &[&str])] = &[
        // Names with their roles in brackets, then addresses, then numbers.
        (
            "本报告作者\n林乔(分析师) 陈禾(研究助理)\n021-00005512 021-00005513\nlinqiao@wj.cn chenhe@wj.cn\n证书编号:S0990516030002 证书编号:S0990122070023\n",
            &["林乔/a/S0990516030002/linqiao@wj.cn/021-00005512", "陈禾/r/S0990122070023/chenhe@wj.cn/021-00005513"],
        ),
        // Addresses that spell nobody keep the order too.
        (
            "林乔(分析师) 陈禾(联系人)\nlq07@wj.cn 8chh@wj.cn\n证书编号:S0990516030002 证书编号:S0990122070023\n",
            &["林乔/a/S0990516030002/lq07@wj.cn/-", "陈禾/c/S0990122070023/8chh@wj.cn/-"],
        ),
        (
            "分析师:林乔(执业S0990518100002)\nlinqiao@wj.cn\n联系人:陈禾\nchenhe@wj.cn\n",
            &["林乔/a/S0990518100002/linqiao@wj.cn/-", "陈禾/c/-/chenhe@wj.cn/-"],
        ),
        (
            "分析师 林乔 021-00005512 linqiao@wj.cn 分析师登记编码:S0990520050001 研究助理 陈禾 chenhe@wj.cn 分析师登记编码:S0990121050003\n",
            &["林乔/a/S0990520050001/linqiao@wj.cn/021-00005512", "陈禾/r/S0990121050003/chenhe@wj.cn/-"],
        ),
        (
            "证券分析师\n林乔 投资咨询资格编号\nS0990518110001\n021-00005512\nlinqiao@wj.cn\n研究助理\n陈禾 一般从业资格编号\nS0990120110002\nchenhe@wj.cn\n",
            &["林乔/a/S0990518110001/linqiao@wj.cn/021-00005512", "陈禾/r/S0990120110002/chenhe@wj.cn/-"],
        ),
        (
            "分析师:林乔 SAC 执证号:S0990514070001 SFC CE No. ZQH655 021-00005512 linqiao@wj.cn\n分析师:陈禾 SAC 执证号:S0990516070002 021-00005513 chenhe@wj.cn\n",
            &["林乔/a/S0990514070001/linqiao@wj.cn/021-00005512", "陈禾/a/S0990516070002/chenhe@wj.cn/021-00005513"],
        ),
        (
            "证券分析师\n林乔 A0990511040005\nlinqiao@wj.cn\n研究支持\n陈禾 A0990120080003\nchenhe@wj.cn\n联系人\n陈禾\n(8621)00005512\nchenhe@wj.cn\n",
            &["林乔/a/A0990511040005/linqiao@wj.cn/-", "陈禾/r/A0990120080003/chenhe@wj.cn/(8621)00005512"],
        ),
        (
            "林乔 linqiao@wj.cn 021-00005512 SAC执证编号:S0990520070001 SFC 中央编号:ZQH089 发布日期:2024年04月17日\n",
            &["林乔/a/S0990520070001/linqiao@wj.cn/021-00005512"],
        ),
        // Peoples who write a dot, parents who give both names, Latin names.
        ("分析师:阿不都·某某\n执业证书编号:S0990520070001\n邮箱:abudu@wj.cn\n", &["阿不都·某某/a/S0990520070001/abudu@wj.cn/-"]),
        ("分析师:贺潇翔宇\n执业证书编号:S0990520070001\n", &["贺潇翔宇/a/S0990520070001/-/-"]),
        (
            "分析师:Ann Field\n执业证书编号:S0990520070001\nann.field@wj.cn\n研究助理:司徒某 situmou@wj.cn\n",
            &["Ann Field/a/S0990520070001/ann.field@wj.cn/-", "司徒某/r/-/situmou@wj.cn/-"],
        ),
        // Glued to a day before and a telephone behind.
        (
            "2024年04月17日林乔电子行业分析师执业编号:S0990520080003010-00005512linqiao@wj.cn陈禾医药行业首席分析师执业编号:S0990519120003chenhe@wj.cn",
            &["林乔/a/S0990520080003/linqiao@wj.cn/010-00005512", "陈禾/a/S0990519120003/chenhe@wj.cn/-"],
        ),
        (
            "证券分析师:林乔 电话:021-00005512 E-MAIL:linqiao@wj.cn 执业资格证书编码:S0990520070001 证券分析师助理:陈禾 E-MAIL:chenhe@wj.cn\n",
            &["林乔/a/S0990520070001/linqiao@wj.cn/021-00005512", "陈禾/r/-/chenhe@wj.cn/-"],
        ),
        // Firms that are no brokers: no number, no role.
        ("湖城研究报告2024年4月17日研究员:林乔报告摘要:需求回升。", &["林乔/a/-/-/-"]),
        (
            "行业周报核心提示林乔021-00005512-765linqiao@wj.cn陈禾021-00005512-766hchen@wj.cn需求回升。",
            &["林乔/a/-/linqiao@wj.cn/021-00005512-765", "陈禾/a/-/hchen@wj.cn/021-00005512-766"],
        ),
        // A reader's mark between the pieces.
        ("分析师:林乔 本报告仅供 reader@fund.cn 使用 SAC 编号:S0990520070001 linqiao@wj.cn\n", &["林乔/a/S0990520070001/linqiao@wj.cn/-"]),
    ];
    for (text, expected) in layouts {
        assert_eq!(people(text), *expected, "{text}");
    }
}

#[test]
fn sales_staff_of_the_first_page_are_no_authors() {
    assert!(people("机构销售 王川 021-00005512 wangchuan@wj.cn 高级销售经理 李禾 021-00005513 lihe@wj.cn").is_empty());
    assert_eq!(
        people("分析师:林乔 S0990520070001 linqiao@wj.cn 上海区域销售总监 李禾 13900005513 lihe@wj.cn\n"),
        ["林乔/a/S0990520070001/linqiao@wj.cn/-"]
    );
}

#[test]
fn signers_of_english_reports_without_addresses() {
    for (text, expected) in [
        (
            "Northlake Research\nHarbour Ltd: steady quarter\n\nI, Ann Field, CFA, hereby certify that the views are mine.",
            vec!["Ann Field/a/-/-/-"],
        ),
        ("Harbour Ltd\nResearch Analyst: Asha Rao\nSEBI Registration No. INH000009999\n\nNorthlake\n", vec!["Asha Rao/a/INH000009999/-/-"]),
        ("Harbour Ltd\nAnalyst: Bo Li, SFC CE No. ZQH417\nResearch Associate: Dan Roe\n", vec!["Bo Li/a/ZQH417/-/-", "Dan Roe/r/-/-/-"]),
        ("Harbour Ltd\nWe, Ann Field and Bo Li, certify that the views are ours.\n", vec!["Ann Field/a/-/-/-", "Bo Li/a/-/-/-"]),
        ("Harbour Ltd\nAnalyst: Price Target raised\n", vec![]),
    ] {
        assert_eq!(people(text), expected, "{text}");
    }
}

#[test]
fn english_numbers_of_a_person_and_marks_of_a_reader() {
    assert_eq!(
        people("Harbour Ltd\nAsha Rao\nasha.rao@northlake.com\nSEBI: INH000009999\n(91 22) 66300000\n"),
        ["Asha Rao/a/INH000009999/asha.rao@northlake.com/(91 22) 66300000"]
    );
    assert_eq!(
        people("For the exclusive use of CLEO PARK (cleo.park@fund.com)\nHarbour Ltd\nAnn Field\nann.field@northlake.com\n"),
        ["Ann Field/a/-/ann.field@northlake.com/-"]
    );
}

#[test]
fn a_number_at_the_end_of_a_biography_is_its_own() {
    assert_eq!(
        people(
            "风险提示62林乔:毕业于某大学,曾任研究员多年;加入湖城后任首席。SAC执业证书编号:S0990517110003。陈禾:某大学硕士,有超过8年从业经验,作为团队成员多次获奖,曾在多家公司的市场部与研究部工作。SAC执业证书编号:S0990516080003。"
        ),
        ["林乔/a/S0990517110003/-/-", "陈禾/a/S0990516080003/-/-"]
    );
}

#[test]
fn a_number_under_two_names_keeps_both() {
    assert_eq!(
        people("分析师:林乔\nS0990520070001\nlinqiao@wj.cn\n分析师:陈禾\nS0990520070001\nchenhe@wj.cn\n"),
        ["林乔/a/S0990520070001/linqiao@wj.cn/-", "陈禾/a/S0990520070001/chenhe@wj.cn/-"]
    );
}

#[test]
fn marks_particles_and_lists_of_english_names() {
    let block = "Cold Chains\n\n## Ann Field\\*\n\nHead of Transport Research\nannfield@example.com\n+852 2996 0000\n\n## Bo Chan\\*, CFA\n\nAnalyst, Asia Transport\nbochan@example.com\n+852 2822 0000\n\n## Cy Huang\\*, CFA\n\nAssociate, Asia Transport\ncyhuang@example.com\n";
    let names =
        |text: &str| people(text).into_iter().map(|person| person.split('/').take(2).collect::<Vec<_>>().join("/")).collect::<Vec<_>>();
    assert_eq!(names(block), ["Ann Field/a", "Bo Chan/a", "Cy Huang/r"]);
    assert_eq!(names("Cold Chains\nBo van Dam\nEquity Analyst\nbo.dam@example.com\nDemand grew.\n"), ["Bo van Dam/a"]);
    assert_eq!(names("Target Price History\nAnalysts: Ann Kong\nBo Chen\nThe research is for clients.\n"), ["Ann Kong/a", "Bo Chen/a"]);
    assert!(names("Cold Chains\nHarbour Hong Kong\nresearch@example.com\n").is_empty());
}

#[test]
fn english_people_by_spelling_order_telephone_and_register() {
    let names =
        |text: &str| people(text).into_iter().map(|person| person.split('/').next().unwrap_or_default().to_owned()).collect::<Vec<_>>();
    let line =
        "TP: IDR24,000 Ann Field Bo Rami Ramdana\n\n(Previously IDR24,600) E-mail: ann.field@example.com E-mail:bo.rami@example.com\n";
    assert_eq!(names(line), ["Ann Field", "Bo Rami Ramdana"]);
    let columns = "NEUTRAL\n\nAnn Mahendra Putra\n\nBo Satrio Utomo\n\nE-mail: ann@example.com\nPhone: +6221 250 0000 ext. 3614\n\nE-mail: bo@example.com\n";
    assert_eq!(names(columns), ["Ann Mahendra Putra", "Bo Satrio Utomo"]);
    assert_eq!(
        names("Northlake Property (0999 HK)\nAnn So\n+852 3189 0000\nKey takeaways\n[email protected]\nWe met the company.\n"),
        ["Ann So"]
    );
    assert_eq!(names("Northlake Property (0999 HK)\nAnn So\n[email protected]\nWe met the company.\n"), ["Ann So"]);
    assert_eq!(names("Outlook favourable in 2018 Ann Chiu SFC CE No. AVH000 Harbour Securities Limited Sector view"), ["Ann Chiu"]);
    assert!(names("Northlake Property (0999 HK)\nCustomer service\n+852 3189 0000\nWe met the company.\n").is_empty());
}

#[test]
fn numbers_at_different_heights_of_two_columns_go_by_the_role() {
    assert_eq!(
        people(
            "林乔（分析师）                 周小河（联系人）\n021-00004812            zhouxiaohe@wj.cn\nlinqiao@wj.cn           证书编号：S0990117090010\n证书编号：S0990517080001\n\n 事件：公司公告一季度业绩预告，预计净利润增长。\n"
        )
        .into_iter()
        .map(|person| person.split('/').take(4).collect::<Vec<_>>().join("/"))
        .collect::<Vec<_>>(),
        ["林乔/a/S0990517080001/linqiao@wj.cn", "周小河/c/S0990117090010/zhouxiaohe@wj.cn"]
    );
}

#[test]
fn a_name_of_two_characters_with_a_blank_and_a_heading_that_is_none() {
    let found = people("望江证券研究所 分析师:林 乔 证券执业证书号: S0990519070001 电话: 010-00002525 股市有风险");
    assert_eq!(
        found.first().map(|person| person.split('/').take(3).collect::<Vec<_>>().join("/")).as_deref(),
        Some("林乔/a/S0990519070001")
    );
    assert_eq!(people("正文。\n\n分析师简介\n林乔，SAC 执业证书号：S0990521040001，望江证券研究所所长。\n"), ["林乔/a/S0990521040001/-/-"]);
}

#[test]
fn english_roles_between_a_name_and_its_telephone() {
    let roles =
        |text: &str| people(text).into_iter().map(|person| person.split('/').take(2).collect::<Vec<_>>().join("/")).collect::<Vec<_>>();
    let text = "# Company Northlake Surgical\n\nRating Sell\n\nAnn Field Research Analyst +1-212-000-0000\n\nBo Shaver\nResearch Associate\n+1-212-000-0001\n\nProcedures grew.\n";
    assert_eq!(roles(text), ["Ann Field/a", "Bo Shaver/r"]);
}
