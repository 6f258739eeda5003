//! The words lists are told by: stance cues, grades, and what tells a company's name from a sector or a phrase.
//!
//! From the field's vocabulary (domain.md §2.3, §5, T8): 推荐 and 关注 beside a name are a stance, not a rating.

use std::sync::LazyLock;

use crate::domain::record::Stance;

/// Stance cues as printed, longer ones first where one begins with another.
pub(crate) const CUE: &str = r"(?:建议|可|继续|持续|重点|积极|坚定|强烈|坚决|再次|维持|长期|优先|核心|其次|首次|值得)*(?:推荐关注|推荐标的|推荐买入|推荐配置|推荐组合|重点配置|关注标的|受益标的|受益公司|相关标的|相关公司|相关个股|投资标的|主要标的|重点标的|核心标的|推荐|首推|主推|首选|关注(?:板块|方向|领域|个股|公司)(?:主要)?包括|关注|看好|建议买入|建议配置|建议布局|看空|回避)";

/// What a cue says.
pub(crate) fn stance(cue: &str) -> Stance {
    if cue.contains("看空") || cue.contains("回避") {
        Stance::Negative
    } else if ["推荐", "首推", "主推", "首选", "买入", "配置", "布局", "金股"].iter().any(|word| cue.contains(word)) {
        Stance::Recommend
    } else if ["看好", "受益"].iter().any(|word| cue.contains(word)) {
        Stance::Positive
    } else {
        Stance::Watch
    }
}

/// Grades of Chinese stock scales (domain.md §2.1), and the words for no grade.
pub(crate) const GRADE: &str = r"(?:谨慎增持|审慎增持|谨慎买入|强烈推荐|谨慎推荐|审慎推荐|强烈买入|买入|增持|持有|中性|减持|卖出|推荐|强推|优于大市|跑赢行业|跑赢大市|弱于大市|回避|观望|无评级|未评级|未覆盖|暂无)(?:-[ABC])?";

/// Grades of English scales (domain.md §2.2).
pub(super) const GRADE_EN: &str = r"(?:Strong Buy|Buy|BUY|Accumulate|ACCUMULATE|Add|ADD|Outperform|OUTPERFORM|O-PF|Overweight|OVERWEIGHT|OW|Hold|HOLD|Neutral|NEUTRAL|Equal[- ]?[Ww]eight|EW|N|Market[- ]Perform|Underperform|UNDERPERFORM|U-PF|Underweight|UNDERWEIGHT|UW|Reduce|REDUCE|Sell|SELL)";

/// A listed code as printed beside a name.
pub(crate) const CODE: &str = r"(?:\d{6}(?:\.(?:SH|SZ|BJ|SS)|[ ]?CH)?|\d{4,5}\.?[ ]?HK|[A-Z]{1,5}\.(?:US|O|N)|[A-Z]{1,5} US)";

/// Ends of company short names; the stem before them has to be a name as well ([`SECTOR_STEMS`]).
pub(super) static NAME_ENDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "股份 科技 集团 控股 智造 制药 药业 生科 生物 医药 医疗 电子 电气 电器 光电 微电 精密 智能 重工 重装 装备 实业 国际 软件 \
    信息 网络 互娱 娱乐 影视 传媒 文化 新材 材料 能源 动力 股权 通信 通讯 证券 银行 保险 电力 水泥 钢铁 化学 化工 石化 建筑 \
    环境 环保 置业 地产 发展 食品 乳业 酒业 啤酒 家居 家化 美谷 服饰 时尚 航空 航天 机场 高速 汽车 轮胎 机械 机器人 仪器 \
    测控 数控 自动化 技术 高科 高新 转债 创新 数据 在线 游戏 教育 旅游 免税 百货 超市 商业 物流 快递 租赁 新能 储能 锂业 \
    稀土 铝业 铜业 黄金 矿业 有色 煤业 煤电 油服 海运 港口 国微 华创 微 芯 眼科 口腔 健康 诊断 基因 疫苗 转基因 种业 农牧 股 \
    药房 大药房 移动 联通 电信 百姓 医学 连锁",
    )
});

/// Stems that make a sector of such an ending: 消费电子, 医疗信息, 智慧医疗.
pub(super) static SECTOR_STEMS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "高端 智慧 精准 消费 汽车 生物 半导体 互联网 数字 创新 智能 移动 基础 家用 医疗 电子 金融 教育 体育 传统 新兴 绿色 清洁 \
    光伏 风电 军工 航空 航天 工业 农业 数据 云 游戏 影视 文化 旅游 地产 物业 化学 中药 特色 原料 化工 新型 高温 功率 分立 \
    被动 光学 显示 面板 封装 芯片 存储 通信 国防 环保 建筑 建材 有色 钢铁 煤炭 石油 天然 电力 公用 交通 机械 轻工 纺织 商贸 \
    零售 食品 饮料 白酒 啤酒 现代 前沿 核心 相关 优质 国内 国产 海外 全球 头部 民营 国有 细分 下游 上游 中游 大型 中小 成长 \
    新 大 小 先进 医美 美容 商业 股份制 城商 区域 国有大型 人工 高 车载 车用 军用 民用 医用 专用 通用 锂电 动力 碳 氢 核 \
    智能网联 自主可控 信创 网络 信息 数字化 跨境 低空 商用 卫星 量子 合成 生命 女性 户外 大众 休闲 母婴 宠物 预制 调味 港股 \
    美股 体外 连锁 5G 转化 检验 再生",
    )
});

/// Sectors, themes and fields by themselves.
pub(super) static SECTORS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "银行 保险 券商 地产 军工 医药 汽车 家电 白酒 光伏 风电 储能 锂电 氢能 核电 电网 半导体 芯片 电子 计算机 传媒 通信 煤炭 \
    有色 钢铁 化工 建材 建筑 机械 电力 环保 物流 航空 机场 旅游 酒店 餐饮 零售 商贸 纺织服装 轻工 农业 养殖 疫苗 血制品 \
    创新药 中药 游戏 出版 影视 广告 营销 互联网 软件 云计算 大数据 人工智能 元宇宙 区块链 面板 被动元件 机器人 工业母机 \
    新能源 消费 科技 资源 周期 食品饮料 光伏设备 医疗器械 医疗服务 公用事业 交通运输 国防军工 分级诊疗 医疗设备 消费电子 \
    汽车电子 新能源车 新能源汽车 智能汽车 自动驾驶 数字经济 数字货币 信息安全 网络安全 贵金属 工业金属 小金属 能源金属 稀土 \
    黄金 生物医药 医药商业 化学制药 生物制品 连锁药店 零售药店 高端医疗 眼科 口腔 医美 美容护理 化妆品 免税 电商 直播电商 \
    短视频 在线教育 职业教育 体育 文旅 社会服务 非银金融 房地产 石油石化 基础化工 种业 生猪 调味品 乳制品 啤酒 预制菜 家居 \
    厨电 白电 黑电 小家电 工程机械 轨交设备 自动化 激光 碳纤维 铝 铜 锂",
    )
});

/// Words no company's short name holds; an item with one of them is a phrase.
pub(super) static PHRASE: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "给予 升级 行业 板块 产业 龙头 企业 标的 领域 机会 主题 概念 赛道 方向 环节 市场 景气 价格 需求 增长 提升 趋势 情况 变化 进展 业绩 \
    政策 医保 产能 涨价 替代 周期 个股 股票 品种 受益 关注 推荐 建议 看好 未来 持续 长期 短期 评级 投资 风险 公司治理 供应商 \
    厂商 产品 估值 指数 月份 季度 上半年 下半年 以及 我们 预计 有望 能力 研发 销售 渠道 品牌力 商业模式 订单 成本 利润 收入 \
    格局 集中度 渗透 国产化 组合 报告 研究 分析师 证券研究 因素 影响 逻辑 空间 优势 布局 扩张 改善 复苏 反弹 上市 服务商 \
    产业链 细分 优质 核心资产 基金 指标 数据跟踪 目标价 收盘价 股价 涨幅 跌幅 市值 方面 相关 推进 落地 应用 平台型 头部 央企 \
    国企 白马 蓝筹 时间 时点 技术突破 大盘 大市 弹性 盈利 资料 来源 项目 地区 如下 下列 上述 其他 其它 客户 业务 材料端 \
    设备端 制造端 设计端 资产 蛋白 披露 热点 同时 背景 推广 事故 加剧 光刻 抛光 照明 生产 降价 专业 确定 国内 海外 国外 外资 \
    中检 批签发 质地 规模 加快 统计 预测 一些 竞争 消费者 使用者 晶圆 五大 三大 四大 \
    动态 概念 凭借 依托 依靠 借助 优先 次序 顺序 民生 节奏 拐点 财政 支出 社保 信贷 预期 事项 会议 进度 路线 窗口 压力 修复 规律 水平 程度 阶段 作用 机制 模式 \
    体系 措施 方案 招标 快速 高速发展 稳步 高质量 蓬勃 可持续 健康发展 协同发展 转型发展 绿色发展",
    )
});

/// What stands before a name to describe it: 半导体设计公司〔韦尔股份〕.
pub(super) static DESCRIBES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words(
        "公司 企业 厂商 龙头 标的 领导者 领军者 领先者 供应商 制造商 运营商 服务商 代工厂 品牌商 分销商 巨头 新秀 新星 先锋 \
    第一股 个股 的 包括 例如 譬如 比如 分别为 主要为 标的有 有: 关注 推荐 看好 市场 领跑者 领域 板块 行业 赛道",
    )
});

fn words(list: &'static str) -> Vec<&'static str> {
    list.split_whitespace().collect()
}
