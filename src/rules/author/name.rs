//! What looks like a person's name: Chinese surnames with their reading, words that are no names, Latin names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::rules::find::is_han;

/// Surnames and their readings (more than one where a character has several), the commonest of mainland China.
const SURNAMES: &str = "赵zhao 钱qian 孙sun 李li 周zhou 吴wu 郑zheng 王wang 冯feng 陈chen 褚chu 卫wei 蒋jiang 沈shen 韩han 杨yang 朱zhu 秦qin 尤you 许xu 何he 吕lv,lu 施shi 张zhang 孔kong 曹cao 严yan 华hua 金jin 魏wei 陶tao 姜jiang 戚qi 谢xie 邹zou 喻yu 柏bai,bo 水shui 窦dou 章zhang 云yun 苏su 潘pan 葛ge 奚xi 范fan 彭peng 郎lang 鲁lu 韦wei 昌chang 马ma 苗miao 凤feng 花hua 方fang 俞yu 任ren 袁yuan 柳liu 鲍bao 史shi 唐tang 费fei 廉lian 岑cen 薛xue 雷lei 贺he 倪ni 汤tang 滕teng 殷yin 罗luo 毕bi 郝hao 邬wu 安an 常chang 乐le,yue 于yu 时shi 傅fu 皮pi 卞bian 齐qi 康kang 伍wu 余yu 元yuan 卜bu 顾gu 孟meng 平ping 黄huang 和he 穆mu 萧xiao 肖xiao 尹yin 姚yao 邵shao 湛zhan 汪wang 祁qi 毛mao 禹yu 狄di 米mi 贝bei 明ming 臧zang 计ji 伏fu 成cheng 戴dai 谈tan 宋song 茅mao 庞pang 熊xiong 纪ji 舒shu 屈qu 项xiang 祝zhu 董dong 梁liang 杜du 阮ruan 蓝lan 闵min 席xi 季ji 麻ma 强qiang 贾jia 路lu 娄lou 危wei 江jiang 童tong 颜yan 郭guo 梅mei 盛sheng 林lin 刁diao 钟zhong 徐xu 邱qiu 骆luo 高gao 夏xia 蔡cai 田tian 樊fan 胡hu 凌ling 霍huo 虞yu 万wan 支zhi 柯ke 昝zan 管guan 卢lu 莫mo 经jing 房fang 裘qiu 缪miao,mou 干gan 解xie,jie 应ying 宗zong 丁ding 宣xuan 邓deng 郁yu 单shan 杭hang 洪hong 包bao 诸zhu 左zuo 石shi 崔cui 吉ji 钮niu 龚gong 程cheng 嵇ji 邢xing 滑hua 裴pei 陆lu 荣rong 翁weng 荀xun 羊yang 惠hui 甄zhen 曲qu 封feng 储chu 靳jin 糜mi 松song 井jing 段duan 富fu 巫wu 乌wu 焦jiao 巴ba 牧mu 隗wei,kui 山shan 谷gu 车che 侯hou 全quan 班ban 仰yang 仲zhong 宫gong 宁ning 仇qiu,chou 栾luan 甘gan 厉li 祖zu 武wu 符fu 刘liu 景jing 詹zhan 束shu 龙long 叶ye 幸xing 司si 韶shao 郜gao 黎li 溥pu 印yin 宿su 白bai 怀huai 蒲pu 邰tai 从cong 鄂e 索suo 咸xian 籍ji 赖lai 卓zhuo 蔺lin 屠tu 蒙meng 池chi 乔qiao 阴yin 胥xu 苍cang 闻wen 党dang 翟zhai,di 谭tan 贡gong 劳lao 姬ji 申shen 扶fu 堵du 冉ran 宰zai 郦li 雍yong 璩qu 桑sang 桂gui 濮pu 牛niu 寿shou 边bian 扈hu 燕yan 冀ji 浦pu 尚shang 农nong 温wen 庄zhuang 晏yan 柴chai 瞿qu 阎yan 连lian 习xi 艾ai 鱼yu 容rong 向xiang 古gu 易yi 慎shen 戈ge 廖liao 庾yu 终zhong 暨ji 居ju 衡heng 步bu 都du 耿geng 满man 弘hong 匡kuang 国guo 文wen 寇kou 广guang 禄lu 阙que 东dong 欧ou 沃wo 利li 蔚wei,yu 越yue 隆long 师shi 巩gong 聂nie 晁chao 勾gou 敖ao 融rong 冷leng 訾zi 辛xin 阚kan 那na 简jian 饶rao 曾zeng 沙sha 丰feng 关guan 蒯kuai 相xiang 查zha 后hou 荆jing 红hong 游you 竺zhu 权quan 逯lu 盖gai,ge 益yi 桓huan 公gong 佟tong 言yan 闫yan 岳yue 商shang 牟mou 佘she 伯bo 赏shang 墨mo 谯qiao 年nian 阳yang 覃qin,tan 区ou 朴piao,park 代dai 付fu 冼xian 麦mai 肇zhao 初chu 原yuan 旷kuang 兰lan 苑yuan 战zhan 由you 展zhan 丛cong 亓qi 仝tong 信xin 来lai 尉wei,yu 楼lou 侍shi 税shui 粟su 线xian 辜gu 鹿lu 鞠ju 降jiang 迟chi 矫jiao 练lian 上官shangguan 欧阳ouyang 司马sima 诸葛zhuge 东方dongfang 皇甫huangfu 尉迟yuchi 公孙gongsun 慕容murong 令狐linghu 司徒situ 夏侯xiahou 端木duanmu 独孤dugu 南宫nangong 轩辕xuanyuan 闻人wenren 澹台tantai 呼延huyan";

/// Surnames that are also common words: they make a name only where its place says so.
const WEAK: &str = "华金方于元平和水云时明计成利国信公安强高经上全文相后都由从关连应万富通步古向益年商师广东农石车常左红原来初温丰融包别支居江山海原战展线单";

/// Words of author blocks and of the trade that are no names although their first character is a surname.
const WORDS: &[&str] = &[
    "金融",
    "高级",
    "计算",
    "房地产",
    "地产",
    "农业",
    "农林",
    "汽车",
    "石化",
    "石油",
    "机械",
    "商贸",
    "商业",
    "经济",
    "通信",
    "宏观",
    "策略",
    "首席",
    "固收",
    "固定",
    "公司",
    "行业",
    "相关",
    "证券",
    "电话",
    "邮箱",
    "邮件",
    "传真",
    "地址",
    "日期",
    "时间",
    "编号",
    "编码",
    "登记",
    "执业",
    "执证",
    "证书",
    "资格",
    "研究",
    "分析",
    "作者",
    "联系",
    "助理",
    "团队",
    "成员",
    "组长",
    "所长",
    "院长",
    "总监",
    "经理",
    "负责",
    "覆盖",
    "报告",
    "撰写",
    "数据",
    "支持",
    "独立",
    "声明",
    "投资",
    "要点",
    "主要",
    "观点",
    "资料",
    "来源",
    "市场",
    "表现",
    "基本",
    "评级",
    "维持",
    "增持",
    "买入",
    "推荐",
    "中性",
    "首次",
    "医药",
    "医疗",
    "电子",
    "传媒",
    "食品",
    "饮料",
    "家电",
    "军工",
    "化工",
    "建材",
    "建筑",
    "交运",
    "交通",
    "环保",
    "公用",
    "非银",
    "银行",
    "纺织",
    "服装",
    "轻工",
    "零售",
    "社服",
    "海外",
    "港股",
    "有色",
    "钢铁",
    "煤炭",
    "电力",
    "电新",
    "新能源",
    "半导体",
    "计算机",
    "互联网",
    "消费",
    "中小盘",
    "新三板",
    "北交所",
    "金工",
    "量化",
    "债券",
    "大类",
    "资产",
    "配置",
    "全球",
    "国际",
    "国内",
    "中国",
    "北京",
    "上海",
    "深圳",
    "广州",
    "成都",
    "杭州",
    "武汉",
    "南京",
    "国联",
    "国信",
    "华泰",
    "东吴",
    "安信",
    "平安",
    "华安",
    "方正",
    "华创",
    "请务",
    "本报",
    "本公",
    "目录",
    "摘要",
    "核心",
    "事件",
    "风险",
    "提示",
    "盈利",
    "预测",
    "财务",
    "正文",
    "免责",
    "总市值",
    "流通",
    "总股本",
    "收盘",
    "最高",
    "最低",
    "股价",
    "走势",
    "对比",
    "沪深",
    "指数",
    "一年",
    "相对",
    "绝对",
    "收益",
    "姓名",
    "职务",
    "微信",
    "公众",
    "扫码",
    "关注",
    "感谢",
    "实习",
    "单位",
    "方法",
    "周报",
    "月报",
    "日报",
    "点评",
    "深度",
    "专题",
    "跟踪",
    "季报",
    "年报",
    "所属",
    "部门",
    "类别",
    "高景气",
    "高端",
    "高增",
    "高弹",
    "常用",
    "应用",
    "应收",
    "利润",
    "利率",
    "成本",
    "成交",
    "成长",
    "成立",
    "时点",
    "元件",
    "元器件",
    "平均",
    "水泥",
    "水电",
    "华东",
    "华南",
    "安全",
    "石墨",
    "都是",
    "后市",
    "原料",
    "原材料",
    "后续",
    "单季",
    "单击",
    "展望",
    "年初",
    "年度",
    "上次",
    "上市",
    "上半",
    "上年",
    "全年",
    "全部",
    "文化",
    "文件",
    "公告",
    "公众号",
    "关于",
    "关键",
    "连续",
    "向上",
    "温和",
    "东方",
    "广发",
    "国元",
    "国金",
    "红利",
    "常见",
];

static READINGS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    SURNAMES
        .split(' ')
        .filter_map(|entry| entry.char_indices().find(|(_, c)| c.is_ascii()).and_then(|(at, _)| Some((entry.get(..at)?, entry.get(at..)?))))
        .collect()
});

/// The surname a Chinese word starts with.
fn surname(word: &str) -> Option<&'static str> {
    let two: String = word.chars().take(2).collect();
    let one: String = word.chars().take(1).collect();
    READINGS
        .get_key_value(two.as_str())
        .filter(|_| word.chars().count() > 2)
        .or_else(|| READINGS.get_key_value(one.as_str()))
        .map(|(key, _)| *key)
}

/// Whether `word` can be a Chinese name: two to four characters, a surname first, no word of the trade.
pub(super) fn is_chinese(word: &str) -> bool {
    let count = word.chars().count();
    if !word.chars().all(|c| is_han(c) || c == '·') || !(2..=4).contains(&count) {
        return false;
    }
    let Some(surname) = surname(word) else {
        return false;
    };
    if count == 4 && surname.chars().count() == 1 {
        return false;
    }
    !WORDS.iter().any(|known| word.starts_with(known) || (known.chars().count() > 1 && word.ends_with(known)))
}

/// The name that a run of characters without a break ends with: `医疗器械陈某某` ends with `陈某某`.
///
/// A mail address behind it decides between two cuts; else the longer one with a common surname.
pub(super) fn at_end<'a>(run: &'a str, mail: Option<&str>) -> Option<&'a str> {
    let starts: Vec<usize> = run.char_indices().rev().take(4).map(|(at, _)| at).collect();
    let cuts: Vec<&str> = starts.iter().filter_map(|&at| run.get(at..)).filter(|word| is_chinese(word)).collect();
    let by_mail = mail.and_then(|mail| cuts.iter().rev().find(|word| fits_mail(word, mail)));
    let strong = |word: &&&str| word.chars().next().is_some_and(|c| !WEAK.contains(c));
    by_mail.or_else(|| cuts.iter().rev().find(strong)).or_else(|| cuts.last()).copied()
}

/// `周某某医药行业` before a role word is `周某某`: what stays when words of the trade are cut off the end.
pub(super) fn before_trade(run: &str) -> Option<&str> {
    let mut rest = run;
    while let Some(shorter) = WORDS.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = shorter;
    }
    (rest.len() < run.len() && is_chinese(rest)).then_some(rest)
}

/// The name that a run of characters without a break starts with.
pub(super) fn at_start<'a>(run: &'a str, mail: Option<&str>) -> Option<&'a str> {
    let ends: Vec<usize> = run.char_indices().map(|(at, c)| at + c.len_utf8()).take(4).collect();
    let cuts: Vec<&str> = ends.iter().filter_map(|&end| run.get(..end)).filter(|word| is_chinese(word)).collect();
    let whole = cuts.iter().find(|word| word.len() == run.len());
    let before_word = cuts.iter().find(|word| run.get(word.len()..).is_some_and(|rest| WORDS.iter().any(|known| rest.starts_with(known))));
    let three = cuts.iter().find(|word| word.chars().count() == 3 && mail.is_none_or(|mail| fits_mail(word, mail)));
    whole.or(before_word).or(three).or_else(|| cuts.first()).copied()
}

/// Whether a mail address can be the person's: its local part starts or ends with the reading of the surname.
pub(super) fn fits_mail(name: &str, mail: &str) -> bool {
    let local = mail.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let local = local.trim_end_matches(|c: char| c.is_ascii_digit());
    surname(name)
        .and_then(|surname| READINGS.get(surname))
        .is_some_and(|readings| readings.split(',').any(|reading| local.starts_with(reading) || local.ends_with(reading)))
}

/// Words that stand where English names stand.
const NOT_PERSONS: &[&str] = &[
    "research",
    "analyst",
    "analysts",
    "securities",
    "limited",
    "equity",
    "equities",
    "asia",
    "pacific",
    "head",
    "technology",
    "china",
    "hong",
    "kong",
    "india",
    "taiwan",
    "japan",
    "korea",
    "global",
    "markets",
    "strategy",
    "price",
    "target",
    "rating",
    "sales",
    "contact",
    "team",
    "associate",
    "director",
    "executive",
    "managing",
    "internet",
    "media",
    "bank",
    "capital",
    "financial",
    "services",
    "group",
    "holdings",
    "merrill",
    "lynch",
    "morgan",
    "company",
    "data",
    "stock",
    "market",
    "source",
    "figure",
    "table",
    "exhibit",
    "industrials",
    "consumer",
    "healthcare",
    "energy",
    "hardware",
    "software",
    "semiconductor",
    "semiconductors",
    "telecom",
    "economics",
    "fixed",
    "income",
    "credit",
    "strategist",
    "economist",
    "quantitative",
    "buy",
    "sell",
    "hold",
    "neutral",
    "overweight",
    "underweight",
    "outperform",
    "current",
    "registration",
    "number",
    "important",
    "disclosures",
    "north",
    "america",
    "europe",
    "european",
    "emerging",
    "infrastructure",
    "transport",
    "materials",
    "sector",
    "email",
    "tel",
    "phone",
    "specialist",
    "institutional",
    "private",
    "limited,",
    "inc",
    "llc",
    "plc",
    "corp",
    "co",
    "ltd",
    "of",
    "and",
    "the",
    "for",
    "in",
    "to",
    "on",
    "by",
    "at",
];
/// Letters people put behind their names.
const DEGREES: &[&str] =
    &["cfa", "cpa", "phd", "ph.d", "ph.d.", "frm", "caia", "md", "m.d.", "aca", "ca", "mba", "cmt", "esq", "fcma", "facs"];

/// The name on a line of an English author block, without degrees, `AC`, entity tags and marks; `None` for any other line.
pub(super) fn latin(line: &str) -> Option<&str> {
    let mut words = line.trim().trim_matches(['*', '#', '>', '<', '^', '†', '‡', ' ', '(', ')', '[', ']', '|', '•', ':']).trim();
    if let Some((first, _)) = words.split_once(" - ").or_else(|| words.split_once(" – ")).or_else(|| words.split_once(" -  ")) {
        words = first.trim();
    }
    if let Some((first, rest)) = words.split_once(',') {
        let degrees = rest.split([',', ' ', '>']).filter(|word| !word.is_empty());
        if degrees.clone().all(|word| DEGREES.contains(&word.to_ascii_lowercase().as_str()) || word == "AC") {
            words = first.trim();
        } else {
            return None;
        }
    }
    loop {
        let cut = words
            .rsplit_once(' ')
            .filter(|(_, last)| *last == "AC" || last.starts_with('>') || DEGREES.contains(&last.to_ascii_lowercase().as_str()));
        match cut {
            Some((rest, _)) => words = rest.trim_end(),
            None => break,
        }
    }
    // `Ann FieldAC`: the mark of the certifying analyst glued to the name.
    words = words.strip_suffix("AC").filter(|rest| rest.ends_with(|c: char| c.is_lowercase())).unwrap_or(words);
    let parts: Vec<&str> = words.split_whitespace().collect();
    let proper = |word: &&str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.'))
    };
    let person = (2..=4).contains(&parts.len())
        && parts.iter().all(|word| proper(&word))
        && parts.iter().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
        && !parts.iter().any(|word| NOT_PERSONS.contains(&word.to_lowercase().as_str()));
    person.then_some(words)
}

/// Whether a mail address can be an English-named person's: it holds a part of the name.
pub(super) fn latin_fits_mail(name: &str, mail: &str) -> bool {
    let local = mail.split('@').next().unwrap_or_default().to_lowercase();
    name.split([' ', '-']).map(str::to_lowercase).any(|part| part.chars().count() > 1 && local.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_words() {
        for name in ["陈某", "欧阳某某", "李某某", "贺潇翔宇", "经某甚"] {
            assert_eq!(is_chinese(name), name != "贺潇翔宇", "{name}");
        }
        for word in ["金融", "高级", "宏观首席", "电子", "计算机", "某某", "相关报告"] {
            assert!(!is_chinese(word), "{word}");
        }
    }

    #[test]
    fn a_name_is_cut_off_the_words_before_it() {
        assert_eq!(at_end("医疗器械魏某", None), Some("魏某"));
        assert_eq!(at_end("绝对收益冯俊某", None), Some("冯俊某"));
        assert_eq!(at_end("汽车陆雨某", Some("luyumou@x.cn")), Some("陆雨某"));
        assert_eq!(at_end("行业评级", None), None);
        assert_eq!(before_trade("周某某医药行业"), Some("周某某"));
        assert_eq!(before_trade("医药行业"), None);
    }

    #[test]
    fn english_lines() {
        assert_eq!(latin("Ann B. Field, CFA AC"), Some("Ann B. Field"));
        assert_eq!(latin("Ming-Li ZHAO >>"), Some("Ming-Li ZHAO"));
        assert_eq!(latin("Ann Field -  NIHK"), Some("Ann Field"));
        assert_eq!(latin("Ann FieldAC"), Some("Ann Field"));
        for line in ["Northlake Securities Limited", "Head of Research", "Price Target", "Harbour", "in Asia"] {
            assert_eq!(latin(line), None, "{line}");
        }
    }
}
