use super::*;
use crate::document::Text;

fn found(text: &str) -> Vec<(String, String, Option<String>)> {
    let text = Text::from(text);
    let text = Unwrapped::new(&text);
    let known = Known::of(text.text());
    cues(&text).iter().flat_map(|cue| names(&text, cue, &known)).map(|listed| (listed.name, listed.cue, listed.theme)).collect()
}

fn names_of(text: &str) -> Vec<String> {
    found(text).into_iter().map(|(name, ..)| name).collect()
}

#[test]
fn brackets_with_themes() {
    let text = "- 1、AI:关注【海川万象】;推荐【白鹭洲】。\n- 2、游戏新模式:推荐【云岭网络】、【星河】。";
    let expected =
        [("海川万象", "关注", "AI"), ("白鹭洲", "推荐", "AI"), ("云岭网络", "推荐", "游戏新模式"), ("星河", "推荐", "游戏新模式")];
    assert_eq!(found(text), expected.map(|(name, cue, theme)| (name.to_owned(), cue.to_owned(), Some(theme.to_owned()))));
}

#[test]
fn sectors_are_no_names() {
    for text in [
        "建议重点关注基本面优异的【游戏】及【出版】板块。",
        "短线建议关注银行、光伏设备、食品饮料以及资源等行业的投资机会。",
        "持续推荐高端医疗设备、消费电子和汽车电子。",
        "看好产品齐全、渠道能力优秀的企业,建议关注浆量持续提升的公司。",
        "本人不因本报告中的具体推荐意见、望江股份的观点收取报酬。",
        "《望江股份点评:推荐望江股份、海川生物》",
        "重点关注新能源与配电:预计低压电器平稳增长,快速发展的能源推动光伏、风电发电侧和终端的需求。",
    ] {
        assert!(names_of(text).is_empty(), "{text}: {:?}", names_of(text));
    }
}

#[test]
fn lists_with_descriptions() {
    let text = "建议关注:(1)半导体设计公司望江股份、白鹭洲,设备公司青禾华创,代工厂海川国际;(2)手机背板厂商云岭科技;(3)面板标的星河方A、XYZ科技。风险提示:需求下滑";
    assert_eq!(names_of(text), ["望江股份", "白鹭洲", "青禾华创", "海川国际", "云岭科技", "星河方A", "XYZ科技"]);
    assert_eq!(
        names_of("建议关注:(1)设计公司望江股份;(2)5G射频/天线厂商卓青微、云和通、海川科技。"),
        ["望江股份", "卓青微", "云和通", "海川科技"]
    );
}

#[test]
fn the_list_ends_at_deng_and_at_other_clauses() {
    assert_eq!(names_of("关注主题以及业绩有确定性增长的个股,如望江万象、云岭仪器等。海川股份公告回购"), ["望江万象", "云岭仪器"]);
    assert_eq!(names_of("继续看好XYZ科技和星河光电,需求回暖,海川集团扩产。"), ["XYZ科技", "星河光电"]);
    assert_eq!(names_of("重点推荐望江集团、海川电子,建议关注云岭高科、青禾股份。").len(), 4);
}

#[test]
fn a_theme_between_the_verb_and_its_noun_is_none() {
    let found = found("建议关注云岭机器人相关标的:望江股份、青禾光电、星河智能。");
    let names: Vec<(&str, &str)> = found.iter().map(|(name, cue, _)| (name.as_str(), cue.as_str())).collect();
    assert_eq!(names, [("望江股份", "建议关注"), ("青禾光电", "建议关注"), ("星河智能", "建议关注")]);
    assert!(names_of("看好公司凭借技术和产能储备保持领先。").is_empty());
}

#[test]
fn two_characters_are_a_name_among_names_of_more() {
    let text = "建议关注:1)算力基础:望江信息、白鹭洲;2)大模型:云岭讯飞、青禾、三江零等;3)应用:星河办公、海图、虹桥科技。";
    assert_eq!(names_of(text), ["望江信息", "白鹭洲", "云岭讯飞", "青禾", "三江零", "星河办公", "海图", "虹桥科技"]);
    assert_eq!(names_of("建议关注:算力、液冷、望江信息、银行、云岭科技。"), ["望江信息", "云岭科技"]);
}

#[test]
fn foreign_names_among_chinese_ones() {
    assert_eq!(names_of("重点推荐Harbour Corp、Northlake、望江股份。"), ["Harbour Corp", "Northlake", "望江股份"]);
    assert!(names_of("我们提示关注两项结构:一是教育与社保支出较快,体现优先次序;二是基金支出较快。").is_empty());
}

#[test]
fn the_next_paragraphs_number_ends_a_list() {
    assert_eq!(names_of("相关标的:望江堂、云岭药房、海川药房3、医疗器械板块:行业增速高。"), ["望江堂", "云岭药房", "海川药房"]);
    assert_eq!(names_of("建议关注望江医疗、云岭药房2)零售渠道"), ["望江医疗", "云岭药房"]);
    assert_eq!(names_of("建议关注有获客能力的服务龙头企业-海川医疗。"), ["海川医疗"]);
}

#[test]
fn a_heading_is_no_part_of_the_cue() {
    let cues: Vec<String> = found("投资建议推荐望江生物、云岭诊断。").into_iter().map(|(_, cue, _)| cue).collect();
    assert_eq!(cues, ["推荐", "推荐"]);
    assert_eq!(found("建议重点配置:制造业龙头望江电子。").first().map(|(_, cue, _)| cue.as_str()), Some("建议重点配置"));
    assert!(names_of("备受关注的望江生物发布公告。").is_empty());
}

#[test]
fn related_securities_by_theme() {
    let text = "先进制造相关标的有:望江电气、海川亚、云岭智能等;数字经济相关标的有:星河微、青禾时代等。";
    let found = found(text);
    assert_eq!(found.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["望江电气", "海川亚", "云岭智能", "星河微", "青禾时代"]);
    assert_eq!(found.last().and_then(|(.., theme)| theme.clone()).as_deref(), Some("数字经济"));
}

#[test]
fn what_describes_the_companies_is_none_of_them() {
    assert_eq!(names_of("建议重点关注头部光模块及光器件公司,新易川、望际科技和天江通信等。"), ["新易川", "望际科技", "天江通信"]);
    assert_eq!(names_of("建议关注薄膜材料、硅光等新技术的发展,包括源江科技、光湖科技等公司。"), ["源江科技", "光湖科技"]);
    assert_eq!(names_of("建议关注望江电力股份公司,云岭科技、海川生物。"), ["望江电力股份", "云岭科技", "海川生物"]);
    assert_eq!(names_of("建议关注江南电气、云岭科技、海川生物,例如光模块方向。"), ["江南电气", "云岭科技", "海川生物"]);
    assert_eq!(names_of("建议关注江南电气、云岭科技等公司,包括上游材料。"), ["江南电气", "云岭科技"]);
    assert!(names_of("建议关注大龙头及细分赛道龙头企业,把握创新和消费两条主线。").is_empty());
}
